"""All that stands between a source's cells and what is landed: keys, spelling, masks, and who was"
" forgotten."""

from dataclasses import dataclass
from functools import cached_property

import duckdb
from pydantic import SecretStr

from countersign.core.workspace import Workspace
from countersign.sources.personal.key_ring import KeyRing, read_key
from countersign.sources.personal.leaving_out import SUPPRESSED
from countersign.sources.personal.masking import Masker, install_masker
from countersign.sources.personal.names import KnownNames
from countersign.sources.personal.privacy_config import PrivacyConfig, read_privacy
from countersign.sources.personal.pseudonyms import install_key, pseudonym_of
from countersign.sources.personal.restricted_store import open_store, store_path


@dataclass
class Protection:
    """What landing needs to know to keep people out of the rows."""

    workspace: Workspace
    ring: KeyRing
    config: PrivacyConfig

    @cached_property
    def masker(self) -> Masker:
        """The mask for free text, with the names known now."""
        return Masker(
            read_names(self.workspace, self.config, self.ring), regions=self.config.phones.regions_in_text
        )

    @cached_property
    def suppressions(self) -> dict[str, str]:
        """Keyed hashes of people who are not to come back, with their kind."""
        return _read_suppressions(self.workspace)

    @property
    def identity(self) -> list[str]:
        """What of it decides the landed rows, for the ids of batches."""
        region = self.config.phones.default_region
        spelling = [f"phones from {region}"] if region else []
        return [self.ring.fingerprint, *spelling, *(["no plus"] if self.config.drop_plus_in_emails else [])]

    def install(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make pseudonyms, masks and suppression work in a connection's SQL."""
        install_key(
            connection,
            self.ring,
            phone_region=self.config.phones.default_region,
            drop_plus=self.config.drop_plus_in_emails,
        )
        install_masker(connection, self.masker)
        connection.execute("create or replace temp table forgotten (hash varchar)")
        if self.suppressions:
            connection.execute("insert into forgotten select unnest(?::varchar[])", [list(self.suppressions)])

    def learn(self) -> None:
        """Look for names that came into the store since."""
        self.masker.know(read_names(self.workspace, self.config, self.ring))


def read_protection(workspace: Workspace, given: SecretStr | None) -> Protection:
    """The protection of a workspace.

    Raises:
        SettingsError: the key or config/privacy.yaml is not usable.
    """
    return Protection(workspace, read_key(workspace, given), read_privacy(workspace))


def read_masker(workspace: Workspace, given: SecretStr | None = None) -> Masker:
    """The mask for any free text that leaves landing, such as a prompt; see `Masker.mask`.

    Raises:
        SettingsError: the key or config/privacy.yaml is not usable.
    """
    return read_protection(workspace, given).masker


def read_names(workspace: Workspace, config: PrivacyConfig, ring: KeyRing) -> KnownNames:
    """The names of the restricted store, ready to be looked for."""
    found = KnownNames(kept=frozenset(word.casefold() for word in config.keep_words))
    if store_path(workspace).is_file():
        with open_store(workspace) as store:
            found.add_all(store.names())
            hashes = {key for key, kind in store.suppressions().items() if kind == "name"}
        if hashes:
            found.is_forgotten = lambda name: suppression_of(ring, "name", name.casefold()) in hashes
    return found


def suppression_of(ring: KeyRing, kind: str, identity: str) -> str:
    """The keyed hash by which somebody who was forgotten is known again."""
    return pseudonym_of(ring, SUPPRESSED, f"{kind}:{identity}")


def _read_suppressions(workspace: Workspace) -> dict[str, str]:
    if not store_path(workspace).is_file():
        return {}
    with open_store(workspace) as store:
        return store.suppressions()
