//! What an administrator's T-SQL becomes, as it stands: every form of statement that the component can produce.

use std::fmt::Write as _;

use insta::assert_snapshot;
use portcullis_sdk::{
    Access, Collation, ComparisonOperator, ListSize, NewId,
    Predicate::{And, Not, Or, Present},
    Projection, Settings, Shape, SortKey,
};

use super::{
    prepared,
    refined::{all, compared},
    settings,
};
use crate::{Dialect::Sqlserver, prepare, refine};

fn reading(sql: &str) -> Settings {
    Settings {
        access: Access::Read,
        ..settings(sql, &[])
    }
}

fn sorted(column: &str, descending: bool, collation: Collation) -> SortKey {
    SortKey {
        column: column.into(),
        descending,
        collation,
    }
}

/// A derived statement with the names of its parameters, or why there is none.
fn derived(sql: &str, shape: &Shape) -> String {
    match refine(Sqlserver, "get-users", &reading(sql), "main", shape) {
        Ok(statement) => {
            let names: Vec<&str> = statement.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
            format!("{}\n  {}\n", statement.text, names.join(" "))
        }
        Err(reason) => format!("not derived: {reason}\n"),
    }
}

#[test]
fn what_is_written_stays_but_for_placeholders() {
    let mut shown = String::new();
    for (sql, list) in [
        (
            "UPDATE [user] SET n = :userName, g = :name.givenName WHERE id = :id AND :id > 0",
            vec![],
        ),
        ("UPDATE u SET n = ? WHERE id = ?", vec!["userName", "id"]),
        ("INSERT INTO u (n) OUTPUT INSERTED.user_id VALUES (:userName);", vec![]),
        (
            "INSERT INTO u (n) VALUES (:userName) SELECT SCOPE_IDENTITY() AS user_id",
            vec![],
        ),
        ("EXEC dbo.deactivate @id=:id, @by = N'it''s :id'", vec![]),
        ("DELETE FROM a WHERE u IN (:ids) -- :id\n", vec![]),
        (
            "SELECT [a]]:id], \":id\", 'a'':id', N':id', @@ROWCOUNT, @p, @Px1, #t.n FROM #t WHERE x=:id",
            vec![],
        ),
        (
            "SELECT 1 /* /* :id */ ' */, $1.5, geometry::Parse(:userName), a@P1, b#:id FROM ##t",
            vec![],
        ),
    ] {
        let plan = prepared(Sqlserver, sql, &list).unwrap();
        let main = &plan.statements[0];
        let names: Vec<&str> = main.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
        writeln!(shown, "{}\n  {}", main.text, names.join(" ")).unwrap();
    }
    assert_snapshot!(shown, @r#"
    UPDATE [user] SET n = @P1, g = @P2 WHERE id = @P3 AND @P4 > 0
      userName name.givenName id id
    UPDATE u SET n = @P1 WHERE id = @P2
      userName id
    INSERT INTO u (n) OUTPUT INSERTED.user_id VALUES (@P1)
      userName
    INSERT INTO u (n) VALUES (@P1) SELECT SCOPE_IDENTITY() AS user_id
      userName
    EXEC dbo.deactivate @id=@P1, @by = N'it''s :id'
      id
    DELETE FROM a WHERE u IN (@P1) -- :id
      ids.1
    SELECT [a]]:id], ":id", 'a'':id', N':id', @@ROWCOUNT, @p, @Px1, #t.n FROM #t WHERE x=@P1
      id
    SELECT 1 /* /* :id */ ' */, $1.5, geometry::Parse(@P1), a@P1, b# @P2 FROM ##t
      userName id
    "#);
}

#[test]
fn mistakes() {
    let mut shown = String::new();
    for sql in [
        "SELECT @P1, @p22",
        "SELECT [a]] FROM t",
        "SELECT 1 /* /* */",
        "SELECT ?",
        "USE payroll",
        "SET NOCOUNT ON",
    ] {
        for problem in prepared(Sqlserver, sql, &[]).unwrap_err() {
            writeln!(shown, "{sql}\n  {:?} {}: {}", problem.offset, problem.message, problem.remedy).unwrap();
        }
    }
    for sql in [
        "WITH x AS (SELECT 1 AS a) DELETE FROM t",
        "SELECT a INTO b FROM t",
        "SELECT [delete], 'into' FROM t",
    ] {
        match prepare(Sqlserver, "get-users", &reading(sql)) {
            Ok(_) => writeln!(shown, "{sql}\n  is right").unwrap(),
            Err(problems) => {
                for problem in problems {
                    writeln!(shown, "{sql}\n  {:?} {}: {}", problem.offset, problem.message, problem.remedy).unwrap();
                }
            }
        }
    }
    for sql in [
        "INSERT INTO u (n) VALUES (:userName)",
        "INSERT INTO u (n) OUTPUT INSERTED.user_id VALUES (:userName)",
        "INSERT INTO u (n) VALUES (:userName) SELECT SCOPE_IDENTITY()",
        "EXEC dbo.create_user @n = :userName",
    ] {
        let settings = Settings {
            new_id: Some(NewId::Database),
            ..settings(sql, &[])
        };
        match prepare(Sqlserver, "create-user", &settings) {
            Ok(_) => writeln!(shown, "{sql}\n  is right").unwrap(),
            Err(problems) => {
                for problem in problems {
                    writeln!(shown, "{sql}\n  {:?} {}: {}", problem.offset, problem.message, problem.remedy).unwrap();
                }
            }
        }
    }
    assert_snapshot!(shown, @r#"
    SELECT @P1, @p22
      Some(7) @P1 is a placeholder of the database's own: write the parameter's name, as in :id
    SELECT @P1, @p22
      Some(12) @p22 is a placeholder of the database's own: write the parameter's name, as in :id
    SELECT [a]] FROM t
      Some(7) the quoted name does not end: end it with ]
    SELECT 1 /* /* */
      Some(9) the comment does not end: end it with */
    SELECT ?
      Some(7) nothing says what this ? stands for: name the parameter, as in :id, or list in `parameters` what each ? stands for
    USE payroll
      Some(0) USE changes the transaction or the session, which belong to Portcullis: leave it out: everything that a request changes is kept or undone together
    SET NOCOUNT ON
      Some(0) SET changes the transaction or the session, which belong to Portcullis: leave it out: everything that a request changes is kept or undone together
    WITH x AS (SELECT 1 AS a) DELETE FROM t
      Some(26) get-users only reads, and DELETE changes something: write a SELECT alone; a column of this name stands in [ ]
    SELECT a INTO b FROM t
      Some(9) get-users only reads, and INTO changes something: write a SELECT alone; a column of this name stands in [ ]
    SELECT [delete], 'into' FROM t
      is right
    INSERT INTO u (n) VALUES (:userName)
      Some(18) the database makes the new user's id, and the statement does not tell it: write OUTPUT INSERTED.user_id before VALUES; where the table has triggers, append SELECT SCOPE_IDENTITY() instead
    INSERT INTO u (n) OUTPUT INSERTED.user_id VALUES (:userName)
      is right
    INSERT INTO u (n) VALUES (:userName) SELECT SCOPE_IDENTITY()
      is right
    EXEC dbo.create_user @n = :userName
      is right
    "#);
}

#[test]
fn pages_and_counts() {
    let by_name = vec![
        sorted("username", true, Collation::Insensitive),
        sorted("user_id", false, Collation::Native),
        sorted("user_id", true, Collation::Exact),
    ];
    let page = Shape {
        sort: by_name,
        paged: true,
        ..all()
    };
    let unordered = Shape { paged: true, ..all() };
    let count = Shape {
        projection: Projection::Count,
        filter: vec![Present("e \"ma]il`".into()), Not],
        ..all()
    };
    let mut shown = String::new();
    for (sql, shape) in [
        ("SELECT * FROM app_user WHERE tenant = :id", &page),
        ("SELECT * FROM app_user", &unordered),
        ("SELECT * FROM app_user -- all of them", &count),
        ("SELECT * FROM app_user ORDER BY username;", &unordered),
        ("SELECT * FROM app_user ORDER BY username -- all", &count),
        ("SELECT TOP (10) * FROM app_user ORDER BY username", &unordered),
        ("SELECT * FROM app_user ORDER BY username OFFSET 5 ROWS", &unordered),
        ("SELECT ROW_NUMBER() OVER (ORDER BY username) AS n FROM app_user", &unordered),
        ("SELECT a FROM t UNION SELECT a FROM u ORDER BY a", &unordered),
        ("SELECT * FROM app_user", &all()),
        ("WITH x AS (SELECT 1 AS a) SELECT * FROM x", &unordered),
        ("SELECT * FROM app_user OPTION (RECOMPILE)", &unordered),
        ("EXEC dbo.all_users", &unordered),
    ] {
        shown.push_str(&derived(sql, shape));
    }
    assert_snapshot!(shown, @r#"
    SELECT * FROM (SELECT * FROM app_user WHERE tenant = @P1) AS portcullis_rows ORDER BY CASE WHEN portcullis_rows.[username] IS NULL THEN 1 ELSE 0 END DESC, LOWER(portcullis_rows.[username]) DESC, CASE WHEN portcullis_rows.[user_id] IS NULL THEN 1 ELSE 0 END, portcullis_rows.[user_id] OFFSET @P2 ROWS FETCH NEXT @P3 ROWS ONLY
      id offset limit
    SELECT * FROM (SELECT * FROM app_user) AS portcullis_rows ORDER BY (SELECT NULL) OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY
      offset limit
    SELECT COUNT_BIG(*) AS total FROM (SELECT * FROM app_user -- all of them
    ) AS portcullis_rows WHERE NOT ((portcullis_rows.[e "ma]]il`] IS NOT NULL AND DATALENGTH(portcullis_rows.[e "ma]]il`]) > 0))
      
    SELECT * FROM (SELECT * FROM app_user ORDER BY username OFFSET 0 ROWS) AS portcullis_rows ORDER BY (SELECT NULL) OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY
      offset limit
    SELECT COUNT_BIG(*) AS total FROM (SELECT * FROM app_user ORDER BY username -- all
     OFFSET 0 ROWS) AS portcullis_rows WHERE NOT ((portcullis_rows.[e "ma]]il`] IS NOT NULL AND DATALENGTH(portcullis_rows.[e "ma]]il`]) > 0))
      
    SELECT * FROM (SELECT TOP (10) * FROM app_user ORDER BY username) AS portcullis_rows ORDER BY (SELECT NULL) OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY
      offset limit
    SELECT * FROM (SELECT * FROM app_user ORDER BY username OFFSET 5 ROWS) AS portcullis_rows ORDER BY (SELECT NULL) OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY
      offset limit
    SELECT * FROM (SELECT ROW_NUMBER() OVER (ORDER BY username) AS n FROM app_user) AS portcullis_rows ORDER BY (SELECT NULL) OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY
      offset limit
    SELECT * FROM (SELECT a FROM t UNION SELECT a FROM u ORDER BY a OFFSET 0 ROWS) AS portcullis_rows ORDER BY (SELECT NULL) OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY
      offset limit
    SELECT * FROM app_user
      
    not derived: the statement does not begin with SELECT, and so cannot stand in brackets
    not derived: the statement has OPTION, and so cannot stand in brackets
    not derived: the statement does not begin with SELECT, and so cannot stand in brackets
    "#);
}

#[test]
fn every_operator() {
    let operators = [
        ComparisonOperator::Eq,
        ComparisonOperator::Ne,
        ComparisonOperator::Co,
        ComparisonOperator::Sw,
        ComparisonOperator::Ew,
        ComparisonOperator::Gt,
        ComparisonOperator::Ge,
        ComparisonOperator::Lt,
        ComparisonOperator::Le,
    ];
    let mut shown = String::new();
    for operator in operators {
        for rule in [
            Collation::Native,
            Collation::Exact,
            Collation::Insensitive,
            Collation::Instant,
        ] {
            let shape = Shape {
                filter: vec![compared("c", operator, rule, "p")],
                ..all()
            };
            let text = refine(Sqlserver, "get-users", &reading("SELECT c FROM t"), "main", &shape)
                .unwrap()
                .text;
            let (_, condition) = text.split_once(" WHERE ").unwrap();
            writeln!(shown, "{operator:?} {rule:?}: {condition}").unwrap();
        }
    }
    assert_snapshot!(shown, @r#"
    ComparisonOperator::Eq Collation::Native: (portcullis_rows.[c] IS NOT NULL AND portcullis_rows.[c] = @P1 AND (SQL_VARIANT_PROPERTY(portcullis_rows.[c], 'Collation') IS NULL OR CAST(CAST(portcullis_rows.[c] AS nvarchar(max)) AS varbinary(max)) = CAST(CAST(@P2 AS nvarchar(max)) AS varbinary(max))))
    ComparisonOperator::Eq Collation::Exact: (portcullis_rows.[c] IS NOT NULL AND portcullis_rows.[c] = @P1 AND CAST(CAST(portcullis_rows.[c] AS nvarchar(max)) AS varbinary(max)) = CAST(CAST(@P2 AS nvarchar(max)) AS varbinary(max)))
    ComparisonOperator::Eq Collation::Insensitive: (portcullis_rows.[c] IS NOT NULL AND LOWER(portcullis_rows.[c]) = LOWER(@P1) AND CAST(LOWER(CAST(portcullis_rows.[c] AS nvarchar(max)) COLLATE Latin1_General_100_CI_AS) AS varbinary(max)) = CAST(LOWER(CAST(@P2 AS nvarchar(max)) COLLATE Latin1_General_100_CI_AS) AS varbinary(max)))
    ComparisonOperator::Eq Collation::Instant: (portcullis_rows.[c] IS NOT NULL AND portcullis_rows.[c] = @P1)
    ComparisonOperator::Ne Collation::Native: NOT (portcullis_rows.[c] IS NOT NULL AND portcullis_rows.[c] = @P1 AND (SQL_VARIANT_PROPERTY(portcullis_rows.[c], 'Collation') IS NULL OR CAST(CAST(portcullis_rows.[c] AS nvarchar(max)) AS varbinary(max)) = CAST(CAST(@P2 AS nvarchar(max)) AS varbinary(max))))
    ComparisonOperator::Ne Collation::Exact: NOT (portcullis_rows.[c] IS NOT NULL AND portcullis_rows.[c] = @P1 AND CAST(CAST(portcullis_rows.[c] AS nvarchar(max)) AS varbinary(max)) = CAST(CAST(@P2 AS nvarchar(max)) AS varbinary(max)))
    ComparisonOperator::Ne Collation::Insensitive: NOT (portcullis_rows.[c] IS NOT NULL AND LOWER(portcullis_rows.[c]) = LOWER(@P1) AND CAST(LOWER(CAST(portcullis_rows.[c] AS nvarchar(max)) COLLATE Latin1_General_100_CI_AS) AS varbinary(max)) = CAST(LOWER(CAST(@P2 AS nvarchar(max)) COLLATE Latin1_General_100_CI_AS) AS varbinary(max)))
    ComparisonOperator::Ne Collation::Instant: NOT (portcullis_rows.[c] IS NOT NULL AND portcullis_rows.[c] = @P1)
    ComparisonOperator::Co Collation::Native: (portcullis_rows.[c] IS NOT NULL AND (CHARINDEX(CAST(@P1 AS nvarchar(4000)) COLLATE Latin1_General_100_BIN2, CAST(portcullis_rows.[c] AS nvarchar(max)) COLLATE Latin1_General_100_BIN2) > 0 OR DATALENGTH(@P2) = 0))
    ComparisonOperator::Co Collation::Exact: (portcullis_rows.[c] IS NOT NULL AND (CHARINDEX(CAST(@P1 AS nvarchar(4000)) COLLATE Latin1_General_100_BIN2, CAST(portcullis_rows.[c] AS nvarchar(max)) COLLATE Latin1_General_100_BIN2) > 0 OR DATALENGTH(@P2) = 0))
    ComparisonOperator::Co Collation::Insensitive: (portcullis_rows.[c] IS NOT NULL AND (CHARINDEX(LOWER(CAST(@P1 AS nvarchar(4000)) COLLATE Latin1_General_100_CI_AS) COLLATE Latin1_General_100_BIN2, LOWER(CAST(portcullis_rows.[c] AS nvarchar(max)) COLLATE Latin1_General_100_CI_AS) COLLATE Latin1_General_100_BIN2) > 0 OR DATALENGTH(@P2) = 0))
    ComparisonOperator::Co Collation::Instant: (portcullis_rows.[c] IS NOT NULL AND (CHARINDEX(CAST(@P1 AS nvarchar(4000)) COLLATE Latin1_General_100_BIN2, CAST(portcullis_rows.[c] AS nvarchar(max)) COLLATE Latin1_General_100_BIN2) > 0 OR DATALENGTH(@P2) = 0))
    ComparisonOperator::Sw Collation::Native: (portcullis_rows.[c] IS NOT NULL AND SUBSTRING(CAST(CAST(portcullis_rows.[c] AS nvarchar(max)) AS varbinary(max)), 1, DATALENGTH(CAST(CAST(@P1 AS nvarchar(max)) AS varbinary(max)))) = CAST(CAST(@P2 AS nvarchar(max)) AS varbinary(max)))
    ComparisonOperator::Sw Collation::Exact: (portcullis_rows.[c] IS NOT NULL AND SUBSTRING(CAST(CAST(portcullis_rows.[c] AS nvarchar(max)) AS varbinary(max)), 1, DATALENGTH(CAST(CAST(@P1 AS nvarchar(max)) AS varbinary(max)))) = CAST(CAST(@P2 AS nvarchar(max)) AS varbinary(max)))
    ComparisonOperator::Sw Collation::Insensitive: (portcullis_rows.[c] IS NOT NULL AND SUBSTRING(CAST(LOWER(CAST(portcullis_rows.[c] AS nvarchar(max)) COLLATE Latin1_General_100_CI_AS) AS varbinary(max)), 1, DATALENGTH(CAST(LOWER(CAST(@P1 AS nvarchar(max)) COLLATE Latin1_General_100_CI_AS) AS varbinary(max)))) = CAST(LOWER(CAST(@P2 AS nvarchar(max)) COLLATE Latin1_General_100_CI_AS) AS varbinary(max)))
    ComparisonOperator::Sw Collation::Instant: (portcullis_rows.[c] IS NOT NULL AND SUBSTRING(CAST(CAST(portcullis_rows.[c] AS nvarchar(max)) AS varbinary(max)), 1, DATALENGTH(CAST(CAST(@P1 AS nvarchar(max)) AS varbinary(max)))) = CAST(CAST(@P2 AS nvarchar(max)) AS varbinary(max)))
    ComparisonOperator::Ew Collation::Native: (portcullis_rows.[c] IS NOT NULL AND SUBSTRING(CAST(CAST(portcullis_rows.[c] AS nvarchar(max)) AS varbinary(max)), DATALENGTH(CAST(CAST(portcullis_rows.[c] AS nvarchar(max)) AS varbinary(max))) - DATALENGTH(CAST(CAST(@P1 AS nvarchar(max)) AS varbinary(max))) + 1, DATALENGTH(CAST(CAST(@P2 AS nvarchar(max)) AS varbinary(max)))) = CAST(CAST(@P3 AS nvarchar(max)) AS varbinary(max)))
    ComparisonOperator::Ew Collation::Exact: (portcullis_rows.[c] IS NOT NULL AND SUBSTRING(CAST(CAST(portcullis_rows.[c] AS nvarchar(max)) AS varbinary(max)), DATALENGTH(CAST(CAST(portcullis_rows.[c] AS nvarchar(max)) AS varbinary(max))) - DATALENGTH(CAST(CAST(@P1 AS nvarchar(max)) AS varbinary(max))) + 1, DATALENGTH(CAST(CAST(@P2 AS nvarchar(max)) AS varbinary(max)))) = CAST(CAST(@P3 AS nvarchar(max)) AS varbinary(max)))
    ComparisonOperator::Ew Collation::Insensitive: (portcullis_rows.[c] IS NOT NULL AND SUBSTRING(CAST(LOWER(CAST(portcullis_rows.[c] AS nvarchar(max)) COLLATE Latin1_General_100_CI_AS) AS varbinary(max)), DATALENGTH(CAST(LOWER(CAST(portcullis_rows.[c] AS nvarchar(max)) COLLATE Latin1_General_100_CI_AS) AS varbinary(max))) - DATALENGTH(CAST(LOWER(CAST(@P1 AS nvarchar(max)) COLLATE Latin1_General_100_CI_AS) AS varbinary(max))) + 1, DATALENGTH(CAST(LOWER(CAST(@P2 AS nvarchar(max)) COLLATE Latin1_General_100_CI_AS) AS varbinary(max)))) = CAST(LOWER(CAST(@P3 AS nvarchar(max)) COLLATE Latin1_General_100_CI_AS) AS varbinary(max)))
    ComparisonOperator::Ew Collation::Instant: (portcullis_rows.[c] IS NOT NULL AND SUBSTRING(CAST(CAST(portcullis_rows.[c] AS nvarchar(max)) AS varbinary(max)), DATALENGTH(CAST(CAST(portcullis_rows.[c] AS nvarchar(max)) AS varbinary(max))) - DATALENGTH(CAST(CAST(@P1 AS nvarchar(max)) AS varbinary(max))) + 1, DATALENGTH(CAST(CAST(@P2 AS nvarchar(max)) AS varbinary(max)))) = CAST(CAST(@P3 AS nvarchar(max)) AS varbinary(max)))
    ComparisonOperator::Gt Collation::Native: (portcullis_rows.[c] IS NOT NULL AND portcullis_rows.[c] > @P1)
    ComparisonOperator::Gt Collation::Exact: (portcullis_rows.[c] IS NOT NULL AND CONCAT(CAST(portcullis_rows.[c] AS nvarchar(max)), NCHAR(0)) COLLATE Latin1_General_100_BIN2 > CONCAT(CAST(@P1 AS nvarchar(max)), NCHAR(0)) COLLATE Latin1_General_100_BIN2)
    ComparisonOperator::Gt Collation::Insensitive: (portcullis_rows.[c] IS NOT NULL AND CONCAT(LOWER(CAST(portcullis_rows.[c] AS nvarchar(max)) COLLATE Latin1_General_100_CI_AS), NCHAR(0)) COLLATE Latin1_General_100_BIN2 > CONCAT(LOWER(CAST(@P1 AS nvarchar(max)) COLLATE Latin1_General_100_CI_AS), NCHAR(0)) COLLATE Latin1_General_100_BIN2)
    ComparisonOperator::Gt Collation::Instant: (portcullis_rows.[c] IS NOT NULL AND portcullis_rows.[c] > @P1)
    ComparisonOperator::Ge Collation::Native: (portcullis_rows.[c] IS NOT NULL AND portcullis_rows.[c] >= @P1)
    ComparisonOperator::Ge Collation::Exact: (portcullis_rows.[c] IS NOT NULL AND CONCAT(CAST(portcullis_rows.[c] AS nvarchar(max)), NCHAR(0)) COLLATE Latin1_General_100_BIN2 >= CONCAT(CAST(@P1 AS nvarchar(max)), NCHAR(0)) COLLATE Latin1_General_100_BIN2)
    ComparisonOperator::Ge Collation::Insensitive: (portcullis_rows.[c] IS NOT NULL AND CONCAT(LOWER(CAST(portcullis_rows.[c] AS nvarchar(max)) COLLATE Latin1_General_100_CI_AS), NCHAR(0)) COLLATE Latin1_General_100_BIN2 >= CONCAT(LOWER(CAST(@P1 AS nvarchar(max)) COLLATE Latin1_General_100_CI_AS), NCHAR(0)) COLLATE Latin1_General_100_BIN2)
    ComparisonOperator::Ge Collation::Instant: (portcullis_rows.[c] IS NOT NULL AND portcullis_rows.[c] >= @P1)
    ComparisonOperator::Lt Collation::Native: (portcullis_rows.[c] IS NOT NULL AND portcullis_rows.[c] < @P1)
    ComparisonOperator::Lt Collation::Exact: (portcullis_rows.[c] IS NOT NULL AND CONCAT(CAST(portcullis_rows.[c] AS nvarchar(max)), NCHAR(0)) COLLATE Latin1_General_100_BIN2 < CONCAT(CAST(@P1 AS nvarchar(max)), NCHAR(0)) COLLATE Latin1_General_100_BIN2)
    ComparisonOperator::Lt Collation::Insensitive: (portcullis_rows.[c] IS NOT NULL AND CONCAT(LOWER(CAST(portcullis_rows.[c] AS nvarchar(max)) COLLATE Latin1_General_100_CI_AS), NCHAR(0)) COLLATE Latin1_General_100_BIN2 < CONCAT(LOWER(CAST(@P1 AS nvarchar(max)) COLLATE Latin1_General_100_CI_AS), NCHAR(0)) COLLATE Latin1_General_100_BIN2)
    ComparisonOperator::Lt Collation::Instant: (portcullis_rows.[c] IS NOT NULL AND portcullis_rows.[c] < @P1)
    ComparisonOperator::Le Collation::Native: (portcullis_rows.[c] IS NOT NULL AND portcullis_rows.[c] <= @P1)
    ComparisonOperator::Le Collation::Exact: (portcullis_rows.[c] IS NOT NULL AND CONCAT(CAST(portcullis_rows.[c] AS nvarchar(max)), NCHAR(0)) COLLATE Latin1_General_100_BIN2 <= CONCAT(CAST(@P1 AS nvarchar(max)), NCHAR(0)) COLLATE Latin1_General_100_BIN2)
    ComparisonOperator::Le Collation::Insensitive: (portcullis_rows.[c] IS NOT NULL AND CONCAT(LOWER(CAST(portcullis_rows.[c] AS nvarchar(max)) COLLATE Latin1_General_100_CI_AS), NCHAR(0)) COLLATE Latin1_General_100_BIN2 <= CONCAT(LOWER(CAST(@P1 AS nvarchar(max)) COLLATE Latin1_General_100_CI_AS), NCHAR(0)) COLLATE Latin1_General_100_BIN2)
    ComparisonOperator::Le Collation::Instant: (portcullis_rows.[c] IS NOT NULL AND portcullis_rows.[c] <= @P1)
    "#);
}

#[test]
fn filters_and_lists() {
    let eq = |column, parameter| compared(column, ComparisonOperator::Eq, Collation::Native, parameter);
    let filter = Shape {
        filter: vec![eq("a", "p"), eq("b", "q"), Or(2), Not, Present("c".into()), And(2)],
        ..all()
    };
    let list = |parameter: &str, size| Shape {
        lists: vec![ListSize {
            parameter: parameter.into(),
            size,
        }],
        ..all()
    };
    let of_three = Shape {
        filter: vec![eq("u", "filter.1")],
        ..list("ids", 3)
    };
    let mut shown = derived("SELECT a, b, c FROM t", &filter);
    shown += &derived("SELECT * FROM a WHERE u IN (:ids) AND w = :id", &list("ids", 3));
    shown += &derived("SELECT * FROM a WHERE u IN (:ids)", &of_three);
    shown += &derived(
        "SELECT * FROM a WHERE u = :id OR v = :id ORDER BY u -- theirs",
        &list("id", 2),
    );
    assert_snapshot!(shown, @r#"
    SELECT * FROM (SELECT a, b, c FROM t) AS portcullis_rows WHERE (NOT (((portcullis_rows.[a] IS NOT NULL AND portcullis_rows.[a] = @P1 AND (SQL_VARIANT_PROPERTY(portcullis_rows.[a], 'Collation') IS NULL OR CAST(CAST(portcullis_rows.[a] AS nvarchar(max)) AS varbinary(max)) = CAST(CAST(@P2 AS nvarchar(max)) AS varbinary(max)))) OR (portcullis_rows.[b] IS NOT NULL AND portcullis_rows.[b] = @P3 AND (SQL_VARIANT_PROPERTY(portcullis_rows.[b], 'Collation') IS NULL OR CAST(CAST(portcullis_rows.[b] AS nvarchar(max)) AS varbinary(max)) = CAST(CAST(@P4 AS nvarchar(max)) AS varbinary(max)))))) AND (portcullis_rows.[c] IS NOT NULL AND DATALENGTH(portcullis_rows.[c]) > 0))
      p p q q
    SELECT * FROM a WHERE u IN (@P1, @P2, @P3) AND w = @P4
      ids.1 ids.2 ids.3 id
    SELECT * FROM (SELECT * FROM a WHERE u IN (@P1, @P2, @P3)) AS portcullis_rows WHERE (portcullis_rows.[u] IS NOT NULL AND portcullis_rows.[u] = @P4 AND (SQL_VARIANT_PROPERTY(portcullis_rows.[u], 'Collation') IS NULL OR CAST(CAST(portcullis_rows.[u] AS nvarchar(max)) AS varbinary(max)) = CAST(CAST(@P5 AS nvarchar(max)) AS varbinary(max))))
      ids.1 ids.2 ids.3 filter.1 filter.1
    SELECT portcullis_rows.*, 1 AS portcullis_item FROM (SELECT * FROM a WHERE u = @P1 OR v = @P2 ORDER BY u -- theirs
     OFFSET 0 ROWS) AS portcullis_rows UNION ALL SELECT portcullis_rows.*, 2 AS portcullis_item FROM (SELECT * FROM a WHERE u = @P3 OR v = @P4 ORDER BY u -- theirs
     OFFSET 0 ROWS) AS portcullis_rows
      id.1 id.1 id.2 id.2
    "#);
}
