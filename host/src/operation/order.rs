//! The order of rows that the host sorts.

use std::cmp::Ordering;

use super::{matcher::order, output::Rows};
use crate::database::{Column, SortKey, Value};

pub fn column_index(rows: &Rows, name: &str) -> Result<usize, String> {
    if rows.rows.is_empty() {
        return Ok(0);
    }
    let found = rows
        .columns
        .iter()
        .position(|column: &Column| column.name.eq_ignore_ascii_case(name));
    found.ok_or_else(|| format!("the rows have no column `{name}`, which the order needs"))
}

/// Stable: rows that are the same to every key stay as the operation gave them.
pub fn put_in_order(rows: &mut Rows, keys: &[SortKey]) -> Result<(), String> {
    let keys: Vec<(usize, &SortKey)> = keys
        .iter()
        .map(|key| Ok((column_index(rows, &key.column)?, key)))
        .collect::<Result<_, String>>()?;
    rows.rows.sort_by(|one, other| {
        let by_key = |(index, key): &(usize, &SortKey)| {
            let value = |row: &'_ [Value]| row.get(*index).cloned().unwrap_or(Value::Null);
            let ascending = order(&value(one), &value(other), key.collation);
            if key.descending { ascending.reverse() } else { ascending }
        };
        keys.iter().map(by_key).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Collation;

    fn rows(of: &[(&str, Option<&str>)]) -> Rows {
        let column = |name: &str| Column {
            name: name.to_owned(),
            type_name: "text".to_owned(),
        };
        let text = |text: &str| Value::Text(text.to_owned());
        Rows {
            columns: vec![column("ID"), column("name")],
            rows: of
                .iter()
                .map(|(id, name)| vec![text(id), name.map_or(Value::Null, text)])
                .collect(),
            ..Rows::default()
        }
    }

    fn ordered(of: &[(&str, Option<&str>)], descending: bool, collation: Collation) -> String {
        let mut rows = rows(of);
        let key = SortKey {
            column: "Name".to_owned(),
            descending,
            collation,
        };
        put_in_order(&mut rows, &[key]).unwrap();
        rows.rows.iter().filter_map(|row| row[0].to_text()).collect()
    }

    #[test]
    fn what_has_no_value_comes_last_and_first_when_descending() {
        let some = [("1", Some("b")), ("2", None), ("3", Some("A")), ("4", Some("a"))];
        assert_eq!(ordered(&some, false, Collation::Insensitive), "3412");
        assert_eq!(ordered(&some, true, Collation::Insensitive), "2134");
        assert_eq!(ordered(&some, false, Collation::Exact), "3412");
    }

    #[test]
    fn a_column_that_is_not_there_is_named() {
        let key = SortKey {
            column: "age".to_owned(),
            descending: false,
            collation: Collation::Native,
        };
        let error = put_in_order(&mut rows(&[("1", None)]), &[key]).unwrap_err();
        assert_eq!(error, "the rows have no column `age`, which the order needs");
    }
}
