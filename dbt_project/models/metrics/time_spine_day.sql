-- Grain: one row per day. MetricFlow asks for a time spine; no metric here needs one to be joined.

{{ dbt.date_spine(datepart="day", start_date="cast('2010-01-01' as date)", end_date="cast('2040-01-01' as date)") }}
