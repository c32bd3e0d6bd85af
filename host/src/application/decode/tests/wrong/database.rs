//! Slips about secrets and the way to the database.

use super::{Slip, reports};

#[test]
fn secrets() {
    let token = "{ env = \"PAYROLL_TOKEN\" }";
    let text = reports(
        "applications/payroll.toml",
        &[
            Slip("token =", "tokn ="),
            Slip("token = { env = \"PAYROLL_TOKEN\" }", ""),
            Slip("token = { env = \"PAYROLL_TOKEN\" }", "tokne = \"0123456789abcdef\""),
            Slip(token, "\"0123456789abcdef\""),
            Slip(token, "\"hunter2\""),
            Slip(token, "\"\""),
            Slip(token, "\"0123456789 abcdef\""),
            Slip(token, "5"),
            Slip(token, "{ env = \"PAYROL_TOKEN\" }"),
            Slip(token, "{ env = \"EMPTY\" }"),
            Slip(token, "{ file = \"secrets/token\" }"),
            Slip(token, "{ file = \"secrets\" }"),
            Slip(token, "{ file = \"secrets/empty\" }"),
            Slip(token, "{ env = \"PAYROLL_TOKEN\", file = \"secrets/token\" }"),
            Slip(token, "{}"),
            Slip(token, "{ value = \"hunter2\" }"),
            Slip("\"PAYROLL_PASSWORD\"", "\"PAYROLL_PASWORD\""),
            Slip("password = { env = \"PAYROLL_PASSWORD\" }", "passwort = \"hunter2\""),
            Slip(token, "{ env = \"PAYROLL_TOKEN\" }\nmax-results = 0"),
        ],
    );
    insta::assert_snapshot!(text);
}

#[test]
fn a_section_in_one_line() {
    let right = "[database]\nkind = \"postgresql\"\nhost = \"db.example.com\"\nname = \"payroll\"\nuser = \"portcullis\"\npassword = { env = \"PAYROLL_PASSWORD\" }\n";
    let scim = "[scim]\ntoken = { env = \"PAYROLL_TOKEN\" }\n\n";
    let line = "scim = { token = { env = \"PAYROLL_TOKEN\" }, tokn = \"hunter2\", max-results = 0 }\ndatabase = { kind = 5, pasword = \"hunter2\" }\n";
    let text = reports("applications/payroll.toml", &[Slip(&format!("{scim}{right}"), line)]);
    insta::assert_snapshot!(text);
}

#[test]
fn database() {
    let host = "host = \"db.example.com\"";
    let text = reports(
        "applications/payroll.toml",
        &[
            Slip("\"postgresql\"", "\"postgres\""),
            Slip("\"postgresql\"", "\"orcl\""),
            Slip("kind = \"postgresql\"\n", ""),
            Slip("\"postgresql\"", "\"sqlite\""),
            Slip(host, "path = \"payroll.db\""),
            Slip(host, ""),
            Slip(host, "host = \"postgres://portcullis:hunter2@db.example.com\""),
            Slip(host, "host = \"db.example.com\"\nport = 70000"),
            Slip(host, "host = \"db.example.com\"\nsocket = \"/run/postgresql\""),
            Slip(host, "socket = \"postgresql\""),
            Slip(host, "socket = \"/run/postgresql\"\nport = 5432"),
            Slip(host, "socket = \"/run/postgresql\"\ntls = \"verify\""),
            Slip(host, "host = \"db.example.com\"\ntls = \"of\""),
            Slip(host, "host = \"db.example.com\"\ntls = true"),
            Slip(host, "host = \"db.example.com\"\ntls = \"off\""),
            Slip(host, "host = \"db.example.com\"\ntls = \"unverified\""),
            Slip(host, "host = \"db.example.com\"\ntls = \"off\"\nca = \"ca.der\""),
            Slip(host, "host = \"db.example.com\"\nca = \"ca.der\""),
            Slip(host, "host = \"db.example.com\"\nca = \"ca.pem\""),
            Slip("name = \"payroll\"", "databse = \"payroll\""),
            Slip("user = \"portcullis\"", "user = \" \""),
            Slip(host, "host = \"db.example.com\"\npool-size = 0"),
            Slip(host, "host = \"db.example.com\"\nstatement-timeout = \"5s\""),
            Slip(host, "host = \"db.example.com\"\nacquire-timeout = 3"),
            Slip(host, "host = \"db.example.com\"\nconflict-retries = -1"),
            Slip(host, "host = \"db.example.com\"\nconflict-retries = \"many\""),
        ],
    );
    insta::assert_snapshot!(text);
}

#[test]
fn sqlite() {
    let server = "kind = \"postgresql\"\nhost = \"db.example.com\"\nname = \"payroll\"\nuser = \"portcullis\"\npassword = { env = \"PAYROLL_PASSWORD\" }";
    let text = reports(
        "applications/payroll.toml",
        &[
            Slip(server, "kind = \"sqlite\""),
            Slip(server, "kind = \"sqlite\"\npath = \":memory:\""),
            Slip(server, "kind = \"sqlite\"\npath = \"payroll.db\""),
            Slip(server, "kind = \"sqlite\"\npath = 5\ncreate = \"yes\""),
        ],
    );
    insta::assert_snapshot!(text);
}

#[test]
fn sqlserver() {
    let server = "kind = \"postgresql\"\nhost = \"db.example.com\"";
    let with = |lines: &str| format!("kind = \"sqlserver\"\n{lines}");
    let texts = [
        with("host = 'db.example.com\\PAYROLL'"),
        with("host = \"db.example.com,1433\""),
        with("host = \"db.example.com\"\nport = 1433\ninstance = \"PAYROLL\""),
        with("host = \"db.example.com\"\ninstance = 'db\\PAYROLL'"),
        with("host = \"db.example.com\"\nport = 70000"),
        with("host = \"db.example.com\"\nsocket = \"/run/mssql\""),
        with("host = \"db.example.com\"\ntls = \"stict\""),
        with("host = \"db.example.com\"\ntls = \"unverified\""),
        with("host = \"db.example.com\"\ntls = \"off\"\nca = \"ca.pem\""),
        with("host = \"db.example.com\"\napplication-name = \"\""),
        format!("{server}\ninstance = \"PAYROLL\""),
    ];
    let slips: Vec<Slip> = texts.iter().map(|text| Slip(server, text)).collect();
    insta::assert_snapshot!(reports("applications/payroll.toml", &slips));
}

#[test]
fn oracle() {
    let right = "kind = \"postgresql\"\nhost = \"db.example.com\"\nname = \"payroll\"\nuser = \"portcullis\"\npassword = { env = \"PAYROLL_PASSWORD\" }";
    let server =
        "kind = \"oracle\"\nhost = \"db.example.com\"\nuser = \"portcullis\"\npassword = { env = \"PAYROLL_PASSWORD\" }\n";
    let with = |more: &str| format!("{server}{more}");
    let written = [
        with(""),
        with("name = \"payroll\""),
        with("service = \"hr\"\nsid = \"HR\""),
        with("service = \"portcullis/hunter2@db.example.com/hr\""),
        with("service = \"hr)(SECURITY=\""),
        with("service = \"hr\"\nsocket = \"/run/oracle\"\npath = \"x\""),
        with("service = \"hr\"\nport = 0"),
        with("service = \"hr\"\ntls = \"unverified\""),
        with("service = \"hr\"\ntls = \"off\""),
        with("service = \"hr\"\ntls = \"off\"\nwallet = \"wallet\""),
        with("service = \"hr\"\nwallet = \"wallet\""),
        with("service = \"hr\"\nwallet-password = { env = \"PAYROLL_PASSWORD\" }"),
        with("service = \"hr\"\nca = \"ca.der\""),
        with("service = \"hr\"").replace("password = { env = \"PAYROLL_PASSWORD\" }\n", ""),
        right.replace("name = ", "service = "),
    ];
    let slips: Vec<Slip> = written.iter().map(|wrong| Slip(right, wrong)).collect();
    insta::assert_snapshot!(reports("applications/payroll.toml", &slips));
}
