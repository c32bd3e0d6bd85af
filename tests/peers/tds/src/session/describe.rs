//! `sp_describe_first_result_set` and `sp_describe_undeclared_parameters`: what a statement would give, and wants.

use super::{
    Result, Session, execute,
    invoke::{Outcome, text_argument},
};
use crate::{
    error::ServerError,
    sql::{
        collation,
        compiler::{Compiler, Inference, Variables},
        declaration,
        statement::{self, StatementKind},
    },
    types::{Length, SqlType},
    value::Value,
    wire::{
        rpc::Argument,
        tokens::{Column, Command, Origin},
        type_info::Nullability,
    },
};

const NAME: SqlType = SqlType::NVarChar(Length::Of(128));
const LONG_NAME: SqlType = SqlType::NVarChar(Length::Of(256));
const PATH: SqlType = SqlType::NVarChar(Length::Of(4000));

/// What stands in a row: the column's name and type, and what it holds.
type Cell = (&'static str, SqlType, Value);

impl Session {
    /// (statement, parameters, …)
    pub(super) fn describe_result(&mut self, arguments: &[Argument]) -> Result<Outcome> {
        let (text, variables) = described(arguments)?;
        let columns = self.first_columns(&text, &variables)?;
        let rows = columns
            .iter()
            .enumerate()
            .map(|(index, column)| result_row(index, column))
            .collect();
        self.table(result_row(0, &sample()), rows)
    }

    /// (statement, parameters)
    pub(super) fn describe_parameters(&mut self, arguments: &[Argument]) -> Result<Outcome> {
        let (text, variables) = described(arguments)?;
        let mut found = Vec::new();
        {
            let catalogue = self.catalogue();
            for statement in statement::statements(&text)? {
                let mut compiler = Compiler::new(&catalogue, &variables, &self.facts);
                compiler.inference = Some(Inference::default().into());
                match &statement.kind {
                    StatementKind::Sql(sql) => drop(execute::compile(&compiler, sql)?),
                    StatementKind::Execute(execute) => self.describe_call(&compiler, execute)?,
                    StatementKind::Option(_) => {}
                    _ => return Err(ServerError::cannot("the parameters of more than SQL").into()),
                }
                found.extend(compiler.inferred()?);
            }
        }
        // In the order in which they stand in the statement.
        found.sort_by_key(|(name, _)| text.to_lowercase().find(&name.to_lowercase()));
        let rows = found
            .iter()
            .enumerate()
            .map(|(index, (name, of))| parameter_row(index, name, *of))
            .collect();
        self.table(parameter_row(0, "", SqlType::Int), rows)
    }

    /// The values that a call passes are of the types of the procedure's parameters.
    fn describe_call(&self, compiler: &Compiler<'_>, call: &statement::Execute) -> std::result::Result<(), ServerError> {
        let procedure = self
            .shared
            .procedures
            .get(&call.procedure)
            .ok_or_else(|| ServerError::no_procedure(&call.procedure))?;
        if let Some(name) = &call.returns {
            compiler.declare(name, SqlType::Int)?;
        }
        for (index, passed) in call.arguments.iter().enumerate() {
            let parameter = match &passed.name {
                None => procedure.parameters.get(index),
                Some(name) => procedure
                    .parameters
                    .iter()
                    .find(|parameter| parameter.name.eq_ignore_ascii_case(name)),
            };
            if let (Some(parameter), Some(value)) = (parameter, &passed.value) {
                compiler.expect(value, parameter.of)?;
            }
        }
        Ok(())
    }

    fn table(&mut self, model: Vec<Cell>, rows: Vec<Vec<Cell>>) -> Result<Outcome> {
        let columns: Vec<Column> = model
            .iter()
            .map(|(name, of, _)| Column {
                name: (*name).to_owned(),
                of: *of,
                nullability: Nullability::Nullable,
                origin: Origin::Expression,
            })
            .collect();
        self.output.columns(&columns);
        let count = rows.len() as u64;
        for row in rows {
            let values: Vec<Value> = row.into_iter().map(|(.., value)| value).collect();
            self.output.row(&columns, &values)?;
        }
        self.output.statement(Command::Select, Some(count));
        Ok(Outcome::default())
    }
}

fn described(arguments: &[Argument]) -> std::result::Result<(String, Variables), ServerError> {
    let text = text_argument(arguments, 0)?
        .ok_or_else(|| ServerError::new(201, 16, "Procedure expects parameter '@tsql', which was not supplied."))?;
    let declared = declaration::declarations(&text_argument(arguments, 1)?.unwrap_or_default())?;
    let variables = declared
        .into_iter()
        .map(|each| (each.name.to_lowercase(), (each.of, Value::Null)))
        .collect();
    Ok((text, variables))
}

fn sample() -> Column {
    Column {
        name: String::new(),
        of: SqlType::Int,
        nullability: Nullability::Nullable,
        origin: Origin::Expression,
    }
}

fn integer(number: impl Into<i64>) -> Value {
    Value::Integer(number.into())
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

fn result_row(index: usize, column: &Column) -> Vec<Cell> {
    let of = column.of;
    let shape = Shape::of(of);
    let unknown = |name| (name, NAME, Value::Null);
    let yes = |name, value| (name, SqlType::Bit, Value::Bit(value));
    let collation = if of.is_text() { text(collation::DEFAULT) } else { Value::Null };
    vec![
        yes("is_hidden", false),
        ("column_ordinal", SqlType::Int, integer(index as i64 + 1)),
        (
            "name",
            NAME,
            if column.name.is_empty() {
                Value::Null
            } else {
                text(&column.name)
            },
        ),
        yes("is_nullable", column.nullability == Nullability::Nullable),
        ("system_type_id", SqlType::Int, integer(shape.id)),
        ("system_type_name", LONG_NAME, text(of.to_string())),
        ("max_length", SqlType::SmallInt, integer(shape.length)),
        ("precision", SqlType::TinyInt, integer(shape.precision)),
        ("scale", SqlType::TinyInt, integer(shape.scale)),
        ("collation_name", NAME, collation),
        ("user_type_id", SqlType::Int, Value::Null),
        unknown("user_type_database"),
        unknown("user_type_schema"),
        unknown("user_type_name"),
        ("assembly_qualified_type_name", PATH, Value::Null),
        ("xml_collection_id", SqlType::Int, Value::Null),
        unknown("xml_collection_database"),
        unknown("xml_collection_schema"),
        unknown("xml_collection_name"),
        yes("is_xml_document", false),
        yes("is_case_sensitive", false),
        yes("is_fixed_length_clr_type", false),
        unknown("source_server"),
        unknown("source_database"),
        unknown("source_schema"),
        unknown("source_table"),
        unknown("source_column"),
        yes("is_identity_column", column.origin == Origin::Identity),
        ("is_part_of_unique_key", SqlType::Bit, Value::Null),
        yes("is_updateable", column.origin == Origin::Table),
        yes("is_computed_column", false),
        yes("is_sparse_column_set", false),
        ("ordinal_in_order_by_list", SqlType::SmallInt, Value::Null),
        ("order_by_list_length", SqlType::SmallInt, Value::Null),
        ("order_by_is_descending", SqlType::SmallInt, Value::Null),
        ("tds_type_id", SqlType::Int, integer(shape.tds)),
        ("tds_length", SqlType::Int, integer(shape.length)),
        ("tds_collation_id", SqlType::Int, Value::Null),
        ("tds_collation_sort_id", SqlType::TinyInt, Value::Null),
    ]
}

fn parameter_row(index: usize, name: &str, of: SqlType) -> Vec<Cell> {
    let shape = Shape::of(of);
    let unknown = |name| (name, NAME, Value::Null);
    let yes = |name, value| (name, SqlType::Bit, Value::Bit(value));
    vec![
        ("parameter_ordinal", SqlType::Int, integer(index as i64 + 1)),
        ("name", NAME, text(name)),
        ("suggested_system_type_id", SqlType::Int, integer(shape.id)),
        ("suggested_system_type_name", LONG_NAME, text(of.to_string())),
        ("suggested_max_length", SqlType::SmallInt, integer(shape.length)),
        ("suggested_precision", SqlType::TinyInt, integer(shape.precision)),
        ("suggested_scale", SqlType::TinyInt, integer(shape.scale)),
        ("suggested_user_type_id", SqlType::Int, Value::Null),
        unknown("suggested_user_type_database"),
        unknown("suggested_user_type_schema"),
        unknown("suggested_user_type_name"),
        ("suggested_assembly_qualified_type_name", PATH, Value::Null),
        ("suggested_xml_collection_id", SqlType::Int, Value::Null),
        unknown("suggested_xml_collection_database"),
        unknown("suggested_xml_collection_schema"),
        unknown("suggested_xml_collection_name"),
        yes("suggested_is_xml_document", false),
        yes("suggested_is_case_sensitive", false),
        yes("suggested_is_fixed_length_clr_type", false),
        yes("suggested_is_input", true),
        yes("suggested_is_output", false),
        unknown("formal_parameter_name"),
        ("suggested_tds_type_id", SqlType::Int, integer(shape.tds)),
        ("suggested_tds_length", SqlType::Int, integer(shape.length)),
    ]
}

/// A type as the catalogue views of SQL Server describe it.
struct Shape {
    /// `sys.types.system_type_id`
    id: u8,
    tds: u8,
    /// In bytes; -1 for `(max)`.
    length: i16,
    precision: u8,
    scale: u8,
}

impl Shape {
    fn of(of: SqlType) -> Self {
        let shape = |id, tds, length, precision, scale| Self {
            id,
            tds,
            length,
            precision,
            scale,
        };
        let time = |whole: u8, scale: u8| if scale == 0 { whole } else { whole + 1 + scale };
        let bytes = of
            .length()
            .map_or(-1, |length| length as i16 * if of.is_national() { 2 } else { 1 });
        match of {
            SqlType::Bit => shape(104, 0x68, 1, 1, 0),
            SqlType::TinyInt => shape(48, 0x26, 1, 3, 0),
            SqlType::SmallInt => shape(52, 0x26, 2, 5, 0),
            SqlType::Int => shape(56, 0x26, 4, 10, 0),
            SqlType::BigInt => shape(127, 0x26, 8, 19, 0),
            SqlType::Real => shape(59, 0x6d, 4, 24, 0),
            SqlType::Float => shape(62, 0x6d, 8, 53, 0),
            SqlType::Decimal { precision, scale } => shape(
                108,
                0x6c,
                crate::wire::type_info::decimal_size(precision).into(),
                precision,
                scale,
            ),
            SqlType::Char(_) => shape(175, 0xaf, bytes, 0, 0),
            SqlType::NChar(_) => shape(239, 0xef, bytes, 0, 0),
            SqlType::VarChar(_) => shape(167, 0xa7, bytes, 0, 0),
            SqlType::NVarChar(_) => shape(231, 0xe7, bytes, 0, 0),
            SqlType::VarBinary(_) => shape(165, 0xa5, bytes, 0, 0),
            SqlType::Date => shape(40, 0x28, 3, 10, 0),
            SqlType::Time(scale) => shape(41, 0x29, crate::wire::moment::time_size(scale) as i16, time(8, scale), scale),
            SqlType::DateTime => shape(61, 0x6f, 8, 23, 3),
            SqlType::DateTime2(scale) => shape(
                42,
                0x2a,
                crate::wire::moment::time_size(scale) as i16 + 3,
                time(19, scale),
                scale,
            ),
            SqlType::DateTimeOffset(scale) => shape(
                43,
                0x2b,
                crate::wire::moment::time_size(scale) as i16 + 5,
                time(26, scale),
                scale,
            ),
            SqlType::UniqueIdentifier => shape(36, 0x24, 16, 0, 0),
        }
    }
}
