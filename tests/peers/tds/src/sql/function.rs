//! Functions, and what the server says of itself.

use sqlparser::ast::{DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, WindowType};

use super::{
    compiler::{Compiler, Result, UNCOLLATED, parts},
    typed::{Typed, collating, literal},
};
use crate::{
    error::ServerError,
    types::{Length, SqlType, Storage},
    value::Value,
};

const NAME: SqlType = SqlType::NVarChar(Length::Of(128));
/// The column of an aggregate over all rows.
const ALL: &str = "*";

impl Compiler<'_> {
    pub(super) fn function(&self, function: &Function) -> Result<Typed> {
        let unknown = || ServerError::cannot(format!("the function {function}"));
        let mut path = parts(&function.name)?;
        let name = path.pop().unwrap_or_default().to_ascii_uppercase();
        if function.filter.is_some() || !function.within_group.is_empty() {
            return Err(unknown());
        }
        let (arguments, distinct) = match &function.args {
            FunctionArguments::None => (Vec::new(), false),
            FunctionArguments::List(list) if list.clauses.is_empty() => {
                let distinct = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
                (
                    list.args
                        .iter()
                        .map(argument)
                        .collect::<Option<Vec<_>>>()
                        .ok_or_else(unknown)?,
                    distinct,
                )
            }
            _ => return Err(unknown()),
        };
        let over = match &function.over {
            None => String::new(),
            Some(over) => self.over(over)?,
        };
        let all = [Some(Expr::Identifier(ALL.into()))];
        let arguments: Vec<&Expr> = arguments
            .iter()
            .zip(all.iter().cycle())
            .filter_map(|(given, all)| given.or(all.as_ref()))
            .collect();
        if !path.is_empty() {
            return self.value_of(&function.name, &arguments);
        }
        if let Some(aggregate) = self.aggregate(&name, &arguments, distinct, &over)? {
            return Ok(aggregate);
        }
        if !over.is_empty() || distinct {
            return Err(unknown());
        }
        if let Some(fact) = self.fact(&name, &arguments)? {
            return Ok(fact);
        }
        match (name.as_str(), arguments.as_slice()) {
            ("LEN", [text]) => {
                let text = self.text(text)?;
                let of = if text.of().length().is_none() {
                    SqlType::BigInt
                } else {
                    SqlType::Int
                };
                Ok(Typed {
                    nullable: text.nullable,
                    ..Typed::expression(format!("tsql_len({})", text.sql), of)
                })
            }
            ("DATALENGTH", [value]) => {
                let value = self.value(value)?;
                let value = self.in_type(value, SqlType::TEXT);
                let sql = format!("tsql_datalength({}, '{}')", value.sql, value.of());
                Ok(Typed {
                    nullable: value.nullable,
                    ..Typed::expression(sql, SqlType::Int)
                })
            }
            ("LOWER" | "UPPER" | "LTRIM" | "RTRIM", [text]) => {
                let text = self.text(text)?;
                Ok(Typed {
                    sql: format!("tsql_{}({})", name.to_lowercase(), text.sql),
                    ..text.derived()
                })
            }
            ("LEFT", [text, length]) => {
                let (text, length) = (self.text(text)?, self.number(length)?);
                Ok(Typed {
                    sql: format!("tsql_substring({}, 1, {})", text.sql, length.sql),
                    nullable: true,
                    ..text.derived()
                })
            }
            ("RIGHT", [text, length]) => {
                let (text, length) = (self.text(text)?, self.number(length)?);
                Ok(Typed {
                    sql: format!("tsql_right({}, {})", text.sql, length.sql),
                    nullable: true,
                    ..text.derived()
                })
            }
            ("SUBSTRING", [text, from, length]) => self.substring(text, from, length),
            ("NCHAR", [code]) => {
                let code = self.number(code)?;
                Ok(Typed::expression(
                    format!("tsql_nchar({})", code.sql),
                    SqlType::NVarChar(Length::Of(1)),
                ))
            }
            // The only property that is asked for.
            ("SQL_VARIANT_PROPERTY", [value, property]) if property.to_string().to_lowercase() == "'collation'" => {
                let value = self.value(value)?;
                if matches!(
                    value.of(),
                    SqlType::NVarChar(Length::Max) | SqlType::VarChar(Length::Max) | SqlType::VarBinary(Length::Max)
                ) {
                    let message = format!("Operand type clash: {} is incompatible with sql_variant", value.of());
                    return Err(ServerError::new(206, 16, message).state(2));
                }
                let known = if value.of().is_text() {
                    format!("'{}'", super::collation::DEFAULT)
                } else {
                    "NULL".to_owned()
                };
                let sql = format!("CASE WHEN {} IS NULL THEN NULL ELSE {known} END", value.sql);
                Ok(Typed::expression(sql, NAME))
            }
            ("CHARINDEX", [what, inside]) => {
                let (what, inside) = (self.text(what)?, self.text(inside)?);
                let collation = what.common_collation(&inside).sqlite();
                let of = if inside.of().length().is_none() {
                    SqlType::BigInt
                } else {
                    SqlType::Int
                };
                Ok(Typed::expression(
                    format!("tsql_charindex({}, {}, '{collation}')", what.sql, inside.sql),
                    of,
                ))
            }
            ("REPLACE", [text, what, with]) => {
                let (text, what, with) = (self.text(text)?, self.text(what)?, self.text(with)?);
                let collation = text.common_collation(&what);
                let sql = format!(
                    "tsql_replace({}, {}, {}, '{}')",
                    text.sql,
                    what.sql,
                    with.sql,
                    collation.sqlite()
                );
                Ok(Typed {
                    collation: Some(collation),
                    ..Typed::expression(sql, SqlType::TEXT)
                })
            }
            ("CONCAT", [_, _, ..]) => {
                let texts: Vec<String> = arguments
                    .iter()
                    .map(|each| Ok(format!("ifnull({}, '')", self.text(each)?.sql)))
                    .collect::<Result<_>>()?;
                Ok(Typed::expression(format!("({})", texts.join(" || ")), SqlType::TEXT).not_null())
            }
            ("ISNULL", [value, instead]) => {
                let (value, instead) = (self.value(value)?, self.value(instead)?);
                let of = value.known().or(instead.known()).unwrap_or(SqlType::Int);
                let (value, instead) = (self.in_type(value, of), self.coerced(instead, of, "cast")?);
                let (nullable, collation) = (instead.nullable, value.collation);
                let sql = format!("ifnull({}, {})", value.sql, instead.sql);
                Ok(Typed {
                    nullable,
                    collation,
                    ..Typed::expression(sql, of)
                })
            }
            ("COALESCE", [_, _, ..]) => {
                let values: Vec<Typed> = arguments.iter().map(|each| self.value(each)).collect::<Result<_>>()?;
                let of = self.common_type(&values)?;
                let (nullable, collation) = (
                    values.iter().all(|value| value.nullable),
                    values.iter().find_map(|value| value.collation),
                );
                let values: Vec<String> = values
                    .into_iter()
                    .map(|value| Ok(self.coerced(value, of, "operand")?.sql))
                    .collect::<Result<_>>()?;
                Ok(Typed {
                    nullable,
                    collation,
                    ..Typed::expression(format!("coalesce({})", values.join(", ")), of)
                })
            }
            ("NULLIF", [one, other]) => {
                let equal = self.comparison(one, "=", other)?;
                let one = self.value(one)?;
                Ok(Typed {
                    sql: format!("CASE WHEN {equal} THEN NULL ELSE {} END", one.sql),
                    nullable: true,
                    ..one.derived()
                })
            }
            ("IIF", [condition, then, otherwise]) => {
                let condition = self.condition(condition)?;
                let (then, otherwise, of) = self.together(self.value(then)?, self.value(otherwise)?)?;
                let (nullable, collation) = (then.nullable || otherwise.nullable, then.collation);
                let sql = format!("CASE WHEN {condition} THEN {} ELSE {} END", then.sql, otherwise.sql);
                Ok(Typed {
                    nullable,
                    collation,
                    ..Typed::expression(sql, of)
                })
            }
            _ => Err(unknown()),
        }
    }

    /// Of text, or of bytes.
    pub(super) fn substring(&self, whole: &Expr, from: &Expr, length: &Expr) -> Result<Typed> {
        let (whole, function) = match self.value(whole)? {
            bytes if bytes.of().storage() == Storage::Blob => (bytes, "tsql_subbinary"),
            other => (self.as_text(other)?, "tsql_substring"),
        };
        let (from, length) = (self.number(from)?, self.number(length)?);
        let sql = format!("{function}({}, {}, {})", whole.sql, from.sql, length.sql);
        Ok(Typed {
            sql,
            nullable: true,
            ..whole.derived()
        })
    }

    fn aggregate(&self, name: &str, arguments: &[&Expr], distinct: bool, over: &str) -> Result<Option<Typed>> {
        if !matches!(name, "COUNT" | "COUNT_BIG" | "MIN" | "MAX" | "SUM" | "ROW_NUMBER") {
            return Ok(None);
        }
        if over.is_empty() {
            self.aggregates.borrow_mut().seen += 1;
            self.aggregates.borrow_mut().inside += 1;
        }
        let result = self.aggregated(name, arguments, distinct, over);
        if over.is_empty() {
            self.aggregates.borrow_mut().inside -= 1;
        }
        result.map(Some)
    }

    fn aggregated(&self, name: &str, arguments: &[&Expr], distinct: bool, over: &str) -> Result<Typed> {
        let word = if distinct { "DISTINCT " } else { "" };
        let count = if name == "COUNT_BIG" { SqlType::BigInt } else { SqlType::Int };
        Ok(match (name, arguments) {
            ("ROW_NUMBER", []) if !over.is_empty() => {
                Typed::expression(format!("row_number(){over}"), SqlType::BigInt).not_null()
            }
            ("COUNT" | "COUNT_BIG", [Expr::Identifier(all)]) if all.value == ALL && all.quote_style.is_none() => {
                Typed::expression(format!("count(*){over}"), count).not_null()
            }
            ("COUNT" | "COUNT_BIG", [value]) => {
                let value = self.value(value)?;
                let collate = collating(value.of(), value.collation.unwrap_or(UNCOLLATED));
                let collate = collate.map(|name| format!(" COLLATE {name}")).unwrap_or_default();
                Typed::expression(format!("count({word}{}{collate}){over}", value.sql), count).not_null()
            }
            ("MIN" | "MAX", [value]) => {
                let value = self.value(value)?;
                let collate = collating(value.of(), value.collation.unwrap_or(UNCOLLATED));
                let collate = collate.map(|name| format!(" COLLATE {name}")).unwrap_or_default();
                let sql = format!("{}({}{collate}){over}", name.to_lowercase(), value.sql);
                Typed {
                    sql,
                    nullable: true,
                    ..value.derived()
                }
            }
            ("SUM", [value]) => {
                let value = self.value(value)?;
                let of = match value.of() {
                    SqlType::BigInt => SqlType::BigInt,
                    SqlType::Bit => {
                        return Err(ServerError::new(
                            8117,
                            16,
                            "Operand data type bit is invalid for sum operator.",
                        ));
                    }
                    of if of.is_integer() => SqlType::Int,
                    of if of.storage() == Storage::Real => SqlType::Float,
                    of => return Err(ServerError::cannot(format!("SUM of {of}"))),
                };
                Typed::expression(format!("sum({word}{}){over}", value.sql), of)
            }
            _ => return Err(ServerError::cannot(format!("{name} with these arguments"))),
        })
    }

    fn over(&self, over: &WindowType) -> Result<String> {
        let WindowType::WindowSpec(window) = over else {
            return Err(ServerError::cannot("named windows"));
        };
        if window.window_frame.is_some() || window.window_name.is_some() {
            return Err(ServerError::cannot("frames of windows"));
        }
        let mut sql = " OVER (".to_owned();
        if !window.partition_by.is_empty() {
            let columns: Vec<String> = window
                .partition_by
                .iter()
                .map(|each| self.sorted(each))
                .collect::<Result<_>>()?;
            sql += &format!("PARTITION BY {} ", columns.join(", "));
        }
        if !window.order_by.is_empty() {
            sql += &format!("ORDER BY {}", self.order(&window.order_by, &[])?);
        }
        Ok(sql + ")")
    }

    /// What is the same for all rows and comes from the server, the session or the clock.
    fn fact(&self, name: &str, arguments: &[&Expr]) -> Result<Option<Typed>> {
        let facts = self.facts;
        let text = |text: &str| Typed::constant(literal(text), NAME);
        let integer = |number: Option<i64>| Typed {
            nullable: number.is_none(),
            ..Typed::constant(number.map_or("NULL".to_owned(), |number| number.to_string()), SqlType::Int)
        };
        let now = |of: SqlType| Typed::expression(format!("tsql_now('{of}')"), of).not_null();
        Ok(Some(match (name, arguments) {
            ("GETDATE" | "GETUTCDATE" | "CURRENT_TIMESTAMP", []) => now(SqlType::DateTime),
            ("SYSDATETIME" | "SYSUTCDATETIME", []) => now(SqlType::DateTime2(7)),
            ("SYSDATETIMEOFFSET", []) => now(SqlType::DateTimeOffset(7)),
            ("NEWID" | "NEWSEQUENTIALID", []) => {
                Typed::expression("tsql_newid()".to_owned(), SqlType::UniqueIdentifier).not_null()
            }
            ("SCOPE_IDENTITY", []) => {
                let sql = facts.identity.map_or("NULL".to_owned(), |id| literal(&id.to_string()));
                Typed {
                    nullable: true,
                    ..Typed::constant(sql, SqlType::IDENTITY)
                }
            }
            ("DB_NAME", []) => text(&facts.database),
            (
                "SUSER_SNAME" | "SUSER_NAME" | "ORIGINAL_LOGIN" | "USER_NAME" | "CURRENT_USER" | "SYSTEM_USER" | "SESSION_USER",
                [],
            ) => text(&facts.user),
            ("SCHEMA_NAME", []) => text("dbo"),
            ("XACT_STATE", []) => Typed::constant(i32::from(facts.transactions > 0).to_string(), SqlType::SmallInt),
            // The login of the peer owns nothing and administers nothing.
            ("IS_SRVROLEMEMBER" | "IS_ROLEMEMBER" | "IS_MEMBER", [_]) => integer(Some(0)),
            ("OBJECT_ID", [name] | [name, _]) => {
                let Expr::Value(name) = name else {
                    return Err(ServerError::cannot("OBJECT_ID of an expression"));
                };
                let name = name.value.clone().into_string().unwrap_or_default();
                let bare = name.rsplit('.').next().unwrap_or_default().trim_matches(['[', ']']);
                integer(self.catalogue.table(bare).map(|_| 1))
            }
            _ => return Ok(None),
        }))
    }

    /// `@@name`
    pub(super) fn global(&self, name: &str) -> Result<Typed> {
        let facts = self.facts;
        Ok(match name.to_ascii_uppercase().as_str() {
            "@@TRANCOUNT" => Typed::constant(facts.transactions.to_string(), SqlType::Int),
            "@@SPID" => Typed::constant(facts.process.to_string(), SqlType::SmallInt),
            "@@ROWCOUNT" => Typed::constant(facts.rows.to_string(), SqlType::Int),
            "@@ERROR" => Typed::constant(facts.error.to_string(), SqlType::Int),
            "@@IDENTITY" => {
                let sql = facts.last_identity.map_or("NULL".to_owned(), |id| literal(&id.to_string()));
                Typed {
                    nullable: true,
                    ..Typed::constant(sql, SqlType::IDENTITY)
                }
            }
            "@@VERSION" => {
                let version = "Microsoft SQL Server 2022 (16.0.4000.0): no such server, but a peer of its protocol for tests";
                Typed::constant(self.bind(Value::Text(version.to_owned())), SqlType::NVarChar(Length::Of(300)))
            }
            "@@SERVERNAME" => Typed::constant(literal("portcullis-tds-peer"), NAME),
            "@@LANGUAGE" => Typed::constant(literal("us_english"), NAME),
            _ => return Err(ServerError::undeclared(name)),
        })
    }
}

/// An argument, or `None` for `*`; nothing for what isn't known.
fn argument(argument: &FunctionArg) -> Option<Option<&Expr>> {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expression)) => Some(Some(expression)),
        FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => Some(None),
        _ => None,
    }
}
