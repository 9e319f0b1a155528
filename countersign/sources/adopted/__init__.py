"""Tables that another loader (Fivetran, Airbyte, dlt) has filled: recognised, mapped and landed."""
