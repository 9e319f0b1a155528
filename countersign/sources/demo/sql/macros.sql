-- Random numbers are hashes of what they belong to: no order, thread or earlier draw can change them.
-- The outer hash matters: DuckDB combines hashes by xor, so that two kinds of one key would else agree.
-- Variables set before: seed, scale, first_day, anchor (end of the first demo's history), until (cutoff).

create macro chance(kind, key) as
    hash(hash(getvariable('seed'), kind, key))::double / 18446744073709551616.0;

-- Standard normal, Box-Muller.
create macro bell(kind, key) as
    sqrt(-2 * ln(greatest(chance(kind || '/r', key), 1e-12))) * cos(2 * pi() * chance(kind || '/a', key));

-- A whole number around a mean, spread as counts are: noise grows with the root of the volume.
create macro count_around(mean, kind, key) as
    greatest(0, round(mean + sqrt(mean) * bell(kind, key)))::bigint;

-- Whole days between a shortest and a longest lag.
create macro lag_days(low, high, kind, key) as
    (low + floor(chance(kind, key) * (high - low + 1)))::integer;

-- Weekends move to Monday.
create macro working_day(moment) as
    moment::date + case isodow(moment::date) when 6 then 2 when 7 then 1 else 0 end;

-- A moment between nine and five on that day or the next working one, to the minute.
create macro office_moment(moment, kind, key) as
    working_day(moment) + to_minutes((540 + floor(chance(kind, key) * 480))::integer);

-- Local wall time of the company as UTC.
create macro utc(local_moment) as
    local_moment at time zone 'Europe/Berlin' at time zone 'UTC';
