//! Statements with lists, and statements for one value that are asked for several.

use insta::assert_snapshot;
use portcullis_sdk::{Access, ListSize, RowEffect, Shape};

use super::{
    refined::{all, everywhere, reading},
    settings,
};
use crate::{
    Dialect::{Postgresql, Sqlite},
    refine,
};

#[test]
fn lists() {
    let shape = Shape {
        lists: vec![ListSize {
            parameter: "ids".into(),
            size: 3,
        }],
        ..all()
    };
    assert_snapshot!(everywhere("SELECT * FROM a WHERE u IN (:ids) OR v IN (:ids) OR w = :id", &shape), @r"
    SELECT * FROM a WHERE u IN ($1, $2, $3) OR v IN ($1, $2, $3) OR w = $4
      ids.1 ids.2 ids.3 id
    SELECT * FROM a WHERE u IN (?1, ?2, ?3) OR v IN (?1, ?2, ?3) OR w = ?4
      ids.1 ids.2 ids.3 id
    SELECT * FROM a WHERE u IN (?, ?, ?) OR v IN (?, ?, ?) OR w = ?
      ids.1 ids.2 ids.3 ids.1 ids.2 ids.3 id
    ");
}

#[test]
fn one_value_several_times() {
    let shape = Shape {
        lists: vec![ListSize {
            parameter: "id".into(),
            size: 2,
        }],
        ..all()
    };
    assert_snapshot!(everywhere("SELECT * FROM a WHERE u = :id OR v = :id -- theirs", &shape), @r#"
    SELECT portcullis_rows.*, 1 AS portcullis_item FROM (SELECT * FROM a WHERE u = $1 OR v = $1 -- theirs
    ) AS portcullis_rows UNION ALL SELECT portcullis_rows.*, 2 AS portcullis_item FROM (SELECT * FROM a WHERE u = $2 OR v = $2 -- theirs
    ) AS portcullis_rows
      id.1 id.2
    SELECT portcullis_rows.*, 1 AS portcullis_item FROM (SELECT * FROM a WHERE u = ?1 OR v = ?1 -- theirs
    ) AS portcullis_rows UNION ALL SELECT portcullis_rows.*, 2 AS portcullis_item FROM (SELECT * FROM a WHERE u = ?2 OR v = ?2 -- theirs
    ) AS portcullis_rows
      id.1 id.2
    SELECT portcullis_rows.*, 1 AS portcullis_item FROM (SELECT * FROM a WHERE u = ? OR v = ? -- theirs
    ) AS portcullis_rows UNION ALL SELECT portcullis_rows.*, 2 AS portcullis_item FROM (SELECT * FROM a WHERE u = ? OR v = ? -- theirs
    ) AS portcullis_rows
      id.1 id.1 id.2 id.2
    "#);
    let paged = Shape {
        paged: true,
        ..shape.clone()
    };
    let reason = refine(Sqlite, "get-users", &reading("SELECT * FROM a WHERE u = :id"), "main", &paged).unwrap_err();
    assert_eq!(reason, "what is asked for several id is all rows, as they come");
    refine(Sqlite, "get-users", &reading("CALL of(:id)"), "main", &shape).unwrap_err();
    let writes = settings("UPDATE a SET b = 1 WHERE u = :id", &[]);
    assert_eq!(
        refine(Sqlite, "get-users", &writes, "main", &shape).unwrap_err(),
        "the statement writes"
    );
}

#[test]
fn a_statement_that_writes_is_sized_but_not_wrapped() {
    let settings = settings("DELETE FROM a WHERE u IN (:ids)", &[]);
    let lists = vec![ListSize {
        parameter: "ids".into(),
        size: 2,
    }];
    let sized = refine(Postgresql, "get-users", &settings, "main", &Shape { lists, ..all() }).unwrap();
    assert_eq!(sized.text, "DELETE FROM a WHERE u IN ($1, $2)");
    assert_eq!((sized.access, sized.effect), (Access::Write, RowEffect::Exactly(1)));
    let paged = Shape { paged: true, ..all() };
    assert_eq!(
        refine(Postgresql, "get-users", &settings, "main", &paged).unwrap_err(),
        "the statement writes"
    );
}

#[test]
fn lists_that_are_not_there_are_refused() {
    for (sql, size) in [("SELECT 1", 1), ("SELECT 1", 0)] {
        let lists = vec![ListSize {
            parameter: "ids".into(),
            size,
        }];
        refine(Sqlite, "get-users", &reading(sql), "main", &Shape { lists, ..all() }).unwrap_err();
    }
}
