//! What statements need, on every database.

use insta::assert_snapshot;

use super::*;

/// The grants and remarks of some statements, for an account `scim` of a database `hr`.
fn told(product: Product, texts: &[&str]) -> String {
    let account = Account {
        product,
        database: "hr",
        user: "scim",
    };
    let planned = texts.iter().map(|text| Planned {
        place: "update-user: main",
        text,
    });
    let Grants { statements, remarks } = grants(&account, planned);
    let own = written::remarks(&account, &Needs::default());
    let remarks = remarks.into_iter().filter(|remark| !own.contains(remark));
    let lines = statements
        .into_iter()
        .filter(|line| !line.starts_with("DO ") && !line.contains(" CONNECT ") && !line.contains("SESSION"));
    let lines = lines.chain(remarks.map(|remark| format!("-- {remark}")));
    lines.collect::<Vec<_>>().join("\n")
}

fn everywhere(text: &str) -> String {
    [Product::Postgresql, Product::Mysql, Product::Sqlserver, Product::Oracle]
        .map(|product| format!("{product:?}\n{}", told(product, &[text])))
        .join("\n")
}

#[test]
fn a_statement_for_all() {
    assert_snapshot!(everywhere(
        "SELECT u.user_id, u.username FROM app_user u WHERE u.status = 'A'"
    ));
}

#[test]
fn every_kind_of_statement() {
    for (name, text) in [
        (
            "one table",
            "SELECT user_id, Username FROM app_user WHERE status = $1 ORDER BY last_name",
        ),
        ("all of it", "SELECT * FROM app_user"),
        ("counted", "SELECT count(*) FROM app_user"),
        (
            "joined",
            "SELECT ur.user_id, r.role_id, r.role_name FROM hr.user_role ur JOIN role r ON r.role_id = ur.role_id WHERE ur.user_id IN ($1, $2)",
        ),
        (
            "joined, whose columns?",
            "SELECT user_id, title FROM app_user JOIN licence ON a = b",
        ),
        (
            "joined by name",
            "SELECT u.user_id FROM app_user u JOIN licence l USING (licence_id)",
        ),
        (
            "a result that is ordered by",
            "SELECT lower(email) AS mail FROM app_user ORDER BY mail",
        ),
        (
            "insert",
            "INSERT INTO app_user (username, \"E-Mail\") VALUES ($1, DEFAULT) RETURNING user_id",
        ),
        ("insert without columns", "INSERT INTO app_user VALUES ($1, $2)"),
        ("insert from a query", "INSERT INTO a (x) SELECT y FROM b WHERE z = $1"),
        (
            "upsert",
            "INSERT INTO a (x, n) VALUES ($1, 1) ON CONFLICT (x) DO UPDATE SET n = a.n + excluded.n",
        ),
        (
            "update",
            "UPDATE app_user SET status = 'I', changed_at = now() WHERE user_id = $1",
        ),
        ("update of everybody", "UPDATE app_user SET status = 'I'"),
        (
            "update from",
            "UPDATE app_user SET title = l.title FROM licence l WHERE l.licence_id = app_user.licence_id",
        ),
        ("update and return", "UPDATE app_user SET status = 'I' RETURNING *"),
        ("delete", "DELETE FROM user_role WHERE user_id = $1 AND role_id = $2"),
        (
            "delete by a query",
            "DELETE FROM user_role WHERE role_id IN (SELECT r.role_id FROM role r WHERE r.old)",
        ),
        (
            "a common table expression",
            "WITH x AS (SELECT user_id FROM app_user) SELECT x.user_id FROM x",
        ),
        (
            "one that writes",
            "WITH gone AS (DELETE FROM user_role WHERE user_id = $1 RETURNING role_id) INSERT INTO log (role_id) SELECT role_id FROM gone",
        ),
        ("for update", "SELECT user_id FROM app_user WHERE user_id = $1 FOR UPDATE"),
        ("a procedure", "CALL hr.deactivate_user($1, p_reason => 'left')"),
        ("a function of rows", "SELECT * FROM hr.users(p_active => $1)"),
        (
            "a function in a schema",
            "SELECT hr.next_badge(u.user_id) AS badge, initials(u.username) AS l FROM app_user u",
        ),
        (
            "a sequence",
            "INSERT INTO app_user (user_id) VALUES (nextval('app_user_seq'))",
        ),
        ("what is none of these", "TRUNCATE app_user"),
        ("what nobody can read", "SELEC user_id FROM app_user"),
    ] {
        insta::with_settings!({ description => text, omit_expression => true }, {
            assert_snapshot!(name.replace([' ', ',', '?'], "_"), told(Product::Postgresql, &[text]));
        });
    }
}

#[test]
fn what_only_one_database_writes() {
    let of = |product, text| told(product, &[text]);
    assert_snapshot!(
        [
            of(Product::Mysql, "REPLACE INTO a (x) VALUES (?)"),
            of(
                Product::Mysql,
                "INSERT INTO a (x, n) VALUES (?, 1) ON DUPLICATE KEY UPDATE n = n + VALUES(n)"
            ),
            of(Product::Mysql, "INSERT INTO a SET x = ?"),
            of(Product::Mysql, "INSERT INTO a (x) VALUES (?) RETURNING id"),
            of(Product::Mysql, "UPDATE a JOIN b ON b.id = a.id SET a.x = b.x WHERE a.id = ?"),
            of(Product::Mysql, "UPDATE a JOIN b ON b.id = a.id SET x = ?"),
            of(Product::Mysql, "CALL archive(?)"),
            of(
                Product::Mysql,
                "SELECT user_id FROM `app_user` WHERE `Cost Centre` = ? LIMIT ? OFFSET ?"
            ),
            of(
                Product::Sqlserver,
                "INSERT INTO dbo.app_user (username) OUTPUT INSERTED.user_id VALUES (@P1)"
            ),
            of(
                Product::Sqlserver,
                "UPDATE u SET status = 'I' FROM app_user u WHERE u.user_id = @P1"
            ),
            of(
                Product::Sqlserver,
                "SELECT [User Id] FROM [dbo].[App User] ORDER BY [User Id] OFFSET @P1 ROWS FETCH NEXT @P2 ROWS ONLY"
            ),
            of(Product::Sqlserver, "EXEC hr.deactivate_user @p_id = @P1"),
            of(
                Product::Oracle,
                "INSERT INTO hr.app_user (username) VALUES (:1) RETURNING user_id INTO :2"
            ),
            of(
                Product::Oracle,
                "INSERT INTO app_user (user_id) VALUES (hr.app_user_seq.NEXTVAL)"
            ),
            of(
                Product::Oracle,
                "SELECT user_id FROM app_user ORDER BY user_id OFFSET :1 ROWS FETCH NEXT :2 ROWS ONLY"
            ),
            of(Product::Oracle, "BEGIN hr.deactivate_user(:1); END;"),
        ]
        .join("\n\n")
    );
}

#[test]
fn statements_of_one_table_are_one_grant() {
    assert_snapshot!(told(
        Product::Postgresql,
        &[
            "SELECT user_id, username FROM app_user",
            "UPDATE app_user SET status = 'I' WHERE user_id = $1",
            "DELETE FROM app_user WHERE user_id = $1",
            "INSERT INTO app_user (username) VALUES ($1) RETURNING user_id",
        ]
    ));
}

#[test]
fn names_are_quoted() {
    let account = Account {
        product: Product::Postgresql,
        database: "Human Resources",
        user: "o'brien \"x\"",
    };
    let text = "INSERT INTO t (a) VALUES ($1)";
    let told = |account: &Account<'_>| grants(account, [Planned { place: "x", text }]).statements.join("\n");
    assert_snapshot!(
        [
            told(&account),
            told(&Account {
                product: Product::Mysql,
                ..account
            }),
            told(&Account {
                product: Product::Sqlserver,
                ..account
            }),
            told(&Account {
                product: Product::Oracle,
                ..account
            }),
        ]
        .join("\n\n")
    );
}
