//! What a column is compared with, in the form that the column has.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use scim_v2::filter::{AttrExp, AttrPath, CompValue, CompareOp};

use super::{invalid, translation::Translation};
use crate::{
    application::Stored,
    database::{Collation, Comparison, ComparisonOperator, Predicate, Value},
    operation::columns::{AnsweredBy, ColumnOf, Columns, Content},
    scim::Error,
};

impl<C: Columns> Translation<'_, C> {
    pub fn atom(&mut self, path: &AttrPath, column: ColumnOf, expression: &AttrExp) -> Result<(), Error> {
        if matches!(column.content, Content::Typed(_) | Content::Several(_)) {
            self.result.contents.push((column.column.clone(), column.content.clone()));
        }
        self.result.in_host |= column.answered_by == AnsweredBy::Host;
        let AttrExp::Comparison(_, operator, value) = expression else {
            self.push(Predicate::Present(column.column));
            return Ok(());
        };
        let operator = match operator {
            CompareOp::Eq => ComparisonOperator::Eq,
            CompareOp::Ne => ComparisonOperator::Ne,
            CompareOp::Co => ComparisonOperator::Co,
            CompareOp::Sw => ComparisonOperator::Sw,
            CompareOp::Ew => ComparisonOperator::Ew,
            CompareOp::Gt => ComparisonOperator::Gt,
            CompareOp::Ge => ComparisonOperator::Ge,
            CompareOp::Lt => ComparisonOperator::Lt,
            CompareOp::Le => ComparisonOperator::Le,
        };
        match (value, operator) {
            (CompValue::Null, ComparisonOperator::Eq) => {
                self.push(Predicate::Present(column.column));
                self.push(Predicate::Not);
            }
            (CompValue::Null, ComparisonOperator::Ne) => self.push(Predicate::Present(column.column)),
            (CompValue::Null, _) => {
                return Err(invalid(format!("`{path}` cannot be ordered against null; use eq, ne or pr")));
            }
            (CompValue::True | CompValue::False, ComparisonOperator::Eq | ComparisonOperator::Ne) => {
                self.truth(column, operator, *value == CompValue::True);
            }
            (CompValue::True | CompValue::False, _) => {
                return Err(invalid(format!(
                    "`{path}` is compared with a boolean: only eq and ne have a meaning"
                )));
            }
            (CompValue::Number(number), _) => {
                let value = number
                    .as_i64()
                    .map_or_else(|| Value::Decimal(number.to_string()), Value::Integer);
                self.compare(native(column), operator, value);
            }
            (CompValue::Str(_), ComparisonOperator::Co | ComparisonOperator::Sw | ComparisonOperator::Ew)
                if matches!(column.content, Content::DateTime | Content::Typed(Stored::Timestamp)) =>
            {
                let detail = format!("`{path}` is a point in time, which has no parts: use eq, ne, gt, ge, lt or le");
                return Err(invalid(detail));
            }
            (CompValue::Str(text), operator) => {
                let is_part = matches!(
                    operator,
                    ComparisonOperator::Co | ComparisonOperator::Sw | ComparisonOperator::Ew
                );
                let value = match column.content {
                    Content::DateTime => timestamp(text)?,
                    Content::Bytes => bytes(path, text)?,
                    Content::Typed(Stored::Timestamp) => timestamp(text)?,
                    Content::Typed(Stored::Binary) if !matches!(operator, ComparisonOperator::Eq | ComparisonOperator::Ne) => {
                        return Err(invalid(format!("`{path}` holds bytes: only eq and ne have a meaning")));
                    }
                    Content::Typed(_) | Content::Several(_) if is_part => {
                        // As clients see it, whatever the column's own way to write it is.
                        self.result.in_host = true;
                        let insensitive = ColumnOf {
                            collation: Collation::Insensitive,
                            ..column
                        };
                        self.compare(insensitive, operator, Value::Text(text.clone()));
                        return Ok(());
                    }
                    Content::Typed(stored) | Content::Several(stored) => typed(path, stored, text)?,
                    Content::Plain | Content::Words(_) => Value::Text(text.clone()),
                };
                let value = column.in_its_form(value);
                self.compare(column, operator, value);
            }
        }
        Ok(())
    }

    /// `active eq true`, where the column may hold a word instead of a boolean.
    fn truth(&mut self, column: ColumnOf, operator: ComparisonOperator, wanted: bool) {
        match &column.content {
            Content::Plain | Content::DateTime | Content::Bytes | Content::Typed(_) | Content::Several(_) => {
                self.compare(native(column), operator, Value::Boolean(wanted));
            }
            Content::Words(words) => {
                let (operator, word) = match (words.of(wanted), operator) {
                    (Some(word), operator) => (operator, word),
                    // What has no word of its own is whatever else there is.
                    (None, ComparisonOperator::Eq) => (ComparisonOperator::Ne, words.yes.value()),
                    (None, _) => (ComparisonOperator::Eq, words.yes.value()),
                };
                let column = match word {
                    Value::Integer(_) => native(column),
                    _ => column,
                };
                self.compare(column, operator, word);
            }
        }
    }

    pub fn compare(&mut self, column: ColumnOf, operator: ComparisonOperator, value: Value) {
        let parameter = format!("filter.{}", self.result.values.len() + 1);
        self.result.values.push((parameter.clone(), value));
        self.push(Predicate::Compare(Comparison {
            column: column.column,
            operator,
            collation: column.collation,
            parameter,
        }));
    }
}

/// Numbers and booleans aren't compared as text, whatever the attribute's strings would be.
fn native(column: ColumnOf) -> ColumnOf {
    ColumnOf {
        collation: Collation::Native,
        ..column
    }
}

/// What a client writes as a point in time.
///
/// # Errors
/// `invalidFilter`: it is none.
pub fn timestamp(text: &str) -> Result<Value, Error> {
    let instant = chrono::DateTime::parse_from_rfc3339(text)
        .map_err(|_| invalid(format!("\"{text}\" is not a dateTime (RFC 7643 §2.3.5)")))?;
    let instant = instant.to_utc().to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
    Ok(Value::Timestamp(instant))
}

fn typed(path: &AttrPath, stored: Stored, text: &str) -> Result<Value, Error> {
    let value = stored.parse(&serde_json::Value::from(text));
    value.ok_or_else(|| invalid(format!("`{path}` is {}, and is compared with something else", stored.noun())))
}

fn bytes(path: &AttrPath, text: &str) -> Result<Value, Error> {
    let decoded = BASE64_STANDARD.decode(text);
    decoded.map(Value::Bytes).map_err(|_| {
        invalid(format!(
            "`{path}` holds bytes, and is compared with something that is no base64"
        ))
    })
}
