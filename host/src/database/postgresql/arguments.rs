//! Values in the types that the server asks for.

use sqlx::{
    Arguments as _, Either, Encode, Postgres, Statement as _, Type, TypeInfo as _,
    postgres::{PgArguments, PgStatement, PgTypeInfo},
};

use crate::database::{DatabaseError, Parameter, Statement, Value, convert};

pub(super) fn arguments(statement: &Statement, prepared: &PgStatement, values: &[Value]) -> Result<PgArguments, DatabaseError> {
    let types: &[PgTypeInfo] = match prepared.parameters() {
        Some(Either::Left(types)) => types,
        _ => &[],
    };
    let mut arguments = PgArguments::default();
    for (index, value) in values.iter().enumerate() {
        let parameter = statement.parameters.get(index);
        let type_name = types.get(index).map_or("TEXT", |info| info.name());
        argument(&mut arguments, parameter, type_name, value)?;
    }
    Ok(arguments)
}

fn argument(
    arguments: &mut PgArguments,
    parameter: Option<&Parameter>,
    type_name: &str,
    value: &Value,
) -> Result<(), DatabaseError> {
    let mut binding = Binding {
        arguments,
        parameter,
        value,
    };
    match type_name.to_ascii_uppercase().as_str() {
        "BOOL" => binding.bind("boolean", convert::boolean(value)),
        "INT2" => binding.bind("16-bit integer", convert::integer(value).and_then(|i| i16::try_from(i).ok())),
        "INT4" => binding.bind("32-bit integer", convert::integer(value).and_then(|i| i32::try_from(i).ok())),
        "INT8" => binding.bind("64-bit integer", convert::integer(value)),
        "FLOAT4" => binding.bind("number", convert::float(value).map(|f| f as f32)),
        "FLOAT8" => binding.bind("number", convert::float(value)),
        "NUMERIC" => binding.bind("number", convert::decimal(value)),
        "BYTEA" => binding.bind("binary value", convert::bytes(value)),
        "DATE" => binding.bind("date (2026-11-23)", convert::date(value)),
        "TIME" => binding.bind("time (10:00:00)", convert::time(value)),
        "TIMESTAMP" => binding.bind(
            "timestamp (2026-11-23T10:00:00Z)",
            convert::instant(value).map(|instant| instant.naive_utc()),
        ),
        "TIMESTAMPTZ" => binding.bind("timestamp (2026-11-23T10:00:00Z)", convert::instant(value)),
        "UUID" => binding.bind("UUID", convert::uuid(value)),
        "JSON" | "JSONB" => binding.bind("JSON document", convert::json(value)),
        // Text, and types whose binary form is their text: enums, citext, names, domains over text. The server refuses what
        // is none of these, and says so.
        // A NUL it refuses in all of them, and ends the transaction.
        _ => binding.bind("text without NUL", value.to_text().filter(|text| !text.contains('\0'))),
    }
}

struct Binding<'a> {
    arguments: &'a mut PgArguments,
    parameter: Option<&'a Parameter>,
    value: &'a Value,
}

impl Binding<'_> {
    /// A NULL is one of its type.
    fn bind<'v, T>(&mut self, wanted: &str, converted: Option<T>) -> Result<(), DatabaseError>
    where
        T: Encode<'v, Postgres> + Type<Postgres>,
        Option<T>: Encode<'v, Postgres> + Type<Postgres>,
    {
        if converted.is_none() && !self.value.is_null() {
            return Err(convert::refused(self.parameter, wanted));
        }
        self.arguments
            .add(converted)
            .map_err(|_| convert::refused(self.parameter, wanted))
    }
}
