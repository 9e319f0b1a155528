"""Ctrl-C: one sentence and code 130, and no word about what broke because of it."""

import os
import signal

import pytest
import typer

from countersign.cli.interruption import one_sentence_when_stopped


def press(and_then):
    with one_sentence_when_stopped():
        try:
            os.kill(os.getpid(), signal.SIGINT)
        except KeyboardInterrupt:
            and_then()


def test_what_fails_because_of_ctrl_c_is_not_shown(capsys):
    def lose_the_server():
        raise ConnectionError

    with pytest.raises(typer.Exit) as ended:
        press(lose_the_server)
    assert ended.value.exit_code == 130
    assert capsys.readouterr().err.startswith("Stopped.")


def test_what_fails_by_itself_keeps_its_name():
    with pytest.raises(ConnectionError), one_sentence_when_stopped():
        raise ConnectionError


def test_the_handler_before_is_back_afterwards():
    before = signal.getsignal(signal.SIGINT)
    with one_sentence_when_stopped():
        pass
    assert signal.getsignal(signal.SIGINT) is before
