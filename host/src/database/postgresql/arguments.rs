//! Values in the types that the server asks for.

use sqlx::{
    Arguments as _, Either, Encode, Postgres, Statement as _, Type, TypeInfo as _,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgArguments, PgHasArrayType, PgStatement, PgTypeInfo, types::Oid},
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
        "JSON" | "JSONB" => binding.bind("JSON document", convert::json(value).map(sqlx::types::Json)),
        "TEXT[]" => binding.list("text", Value::to_text),
        "VARCHAR[]" => binding.list("text", |value| value.to_text().map(Varchar)),
        "BOOL[]" => binding.list("boolean", convert::boolean),
        "INT2[]" => binding.list("16-bit integer", |value| i16::try_from(convert::integer(value)?).ok()),
        "INT4[]" => binding.list("32-bit integer", |value| i32::try_from(convert::integer(value)?).ok()),
        "INT8[]" => binding.list("64-bit integer", convert::integer),
        "FLOAT8[]" => binding.list("number", convert::float),
        "NUMERIC[]" => binding.list("number", convert::decimal),
        "DATE[]" => binding.list("date (2026-11-23)", convert::date),
        "TIMESTAMP[]" => binding.list("timestamp (2026-11-23T10:00:00Z)", |value| {
            convert::instant(value).map(|instant| instant.naive_utc())
        }),
        "TIMESTAMPTZ[]" => binding.list("timestamp (2026-11-23T10:00:00Z)", convert::instant),
        "UUID[]" => binding.list("UUID", convert::uuid),
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
    /// An array of values, of which some may be NULL.
    fn list<T>(&mut self, wanted: &str, convert: impl Fn(&Value) -> Option<T>) -> Result<(), DatabaseError>
    where
        Vec<Option<T>>: for<'v> Encode<'v, Postgres> + Type<Postgres>,
        Option<Vec<Option<T>>>: for<'v> Encode<'v, Postgres> + Type<Postgres>,
    {
        let element = |value: &Value| match value {
            Value::Null => Some(None),
            value => convert(value).map(Some),
        };
        let elements = convert::elements(self.value);
        let converted = elements.and_then(|elements| elements.iter().map(element).collect::<Option<Vec<_>>>());
        self.bind(&format!("list each of whose values is a {wanted}"), converted)
    }

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

/// A text in an array of `varchar`: the server wants elements of just the type that it has inferred.
struct Varchar(String);

/// `varchar` and `varchar[]`, as `pg_type` has them in every installation.
const VARCHAR: Oid = Oid(1043);
const VARCHARS: Oid = Oid(1015);

impl Type<Postgres> for Varchar {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(VARCHAR)
    }
}

impl PgHasArrayType for Varchar {
    fn array_type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(VARCHARS)
    }
}

impl Encode<'_, Postgres> for Varchar {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <&str as Encode<'_, Postgres>>::encode_by_ref(&self.0.as_str(), buffer)
    }
}
