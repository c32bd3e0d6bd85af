//! Slips about users and what they hold.

use super::{Slip, reports};

#[test]
fn users() {
    let active = "active = \"is_active\"";
    let text = reports(
        "applications/payroll.toml",
        &[
            Slip("id = \"user_id\"", "ID = \"user_id\""),
            Slip("id = \"user_id\"", "id = \" user_id\""),
            Slip(active, "active = true"),
            Slip(active, "active = { colum = \"status\" }"),
            Slip(active, "active = { column = \"status\", false = \"INACTIVE\" }"),
            Slip(active, "active = { column = \"status\", true = \"A\", false = \"a \" }"),
            Slip(active, "active = { column = \"status\", true = 1.5 }"),
            Slip(active, "active = { column = \"status\", true = \"A\", inactive = \"I\" }"),
            Slip(active, "active = \"is_active\"\nnew-id = \"uid\""),
            Slip(active, "active = \"is_active\"\nnew-id = \"serial\""),
            Slip(active, "active = \"is_active\"\nnew-id = 1"),
            Slip(active, "active = \"is_active\"\nnew-id = { attribute = \"externalId\" }"),
            Slip(active, "active = \"is_active\"\nnew-id = { column = \"x\" }"),
            Slip(
                "[users.attributes]\nuserName = \"username\"\n\"name.givenName\" = \"first_name\"\n",
                "",
            ),
        ],
    );
    insta::assert_snapshot!(text);
}

#[test]
fn attributes() {
    let given_name = "\"name.givenName\" =";
    let text = reports(
        "applications/payroll.toml",
        &[
            Slip("userName =", "username2 ="),
            Slip("userName = \"username\"\n", ""),
            Slip(given_name, "USERNAME ="),
            Slip(given_name, "name.givenName ="),
            Slip(given_name, "name ="),
            Slip(given_name, "\"name.givnName\" ="),
            Slip(given_name, "\"name.x\" ="),
            Slip(given_name, "'name[type eq \"work\"].givenName' ="),
            Slip(given_name, "\"title.x\" ="),
            Slip(given_name, "dispalyName ="),
            Slip(given_name, "employeeNumber ="),
            Slip(given_name, "shoeSize ="),
            Slip(
                given_name,
                "\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:departement\" =",
            ),
            Slip(given_name, "emails ="),
            Slip(given_name, "\"emails.value\" ="),
            Slip(given_name, "'emails[type eq \"work\"]' ="),
            Slip(given_name, "'emails[type eq \"work\"].type' ="),
            Slip(given_name, "'emails[kind eq \"work\"].value' ="),
            Slip(given_name, "'emails[primary eq \"true\"].value' ="),
            Slip(given_name, "'emails[type ne \"work\"].value' ="),
            Slip(given_name, "'emails[' ="),
            Slip(given_name, "\"\" ="),
            Slip(given_name, "id ="),
            Slip(given_name, "active ="),
            Slip(given_name, "password ="),
            Slip(given_name, "roles ="),
            Slip(given_name, "'entitlements[type eq \"a\"].value' ="),
            Slip(given_name, "groups ="),
            Slip(given_name, "schemas ="),
            Slip(given_name, "\"meta.location\" ="),
            Slip(given_name, "\"urn:example:a:b\" = \"x\"\n\"urn:example:a:b.c\" ="),
            Slip(given_name, "'urn:example:a:b[type eq \"x\"]' ="),
            Slip(given_name, "'urn:example:a:b[type eq \"x\"].type' ="),
            Slip("\"first_name\"", "5"),
            Slip("\"first_name\"", "\"\""),
        ],
    );
    insta::assert_snapshot!(text);
}

#[test]
fn types() {
    let given_name = "\"name.givenName\" = \"first_name\"";
    let of = |written: &str| format!("\"urn:example:hr:it\" = {written}");
    let own = [
        "{ colum = \"it\", type = \"date\" }",
        "{ column = \"it\", type = \"dat\" }",
        "{ column = \"it\", type = 1 }",
        "{ column = \"it\", type = \"date\", true = \"Y\", false = \"N\" }",
        "{ column = \"it\", true = \"Y\" }",
        "{ column = \"it\", false = \"N\" }",
        "{ column = \"it\", true = \"Y\", false = \"y \" }",
        "{ column = \"it\", true = true, false = false }",
        "{ column = \"it\", true = \"\", false = 0.5 }",
        "{ column = \"it\", yes = \"Y\", no = \"N\" }",
    ]
    .map(of);
    let of_the_rfc = [
        "title = { column = \"title\", type = \"boolean\" }",
        "title = { column = \"title\", type = \"string[]\" }",
        "title = { column = \"title\", true = \"Y\", false = \"N\" }",
        "'emails[type eq \"work\"].primary' = { column = \"is_main\", type = \"integer\" }",
        "\"meta.created\" = { column = \"created_at\", type = \"integer\" }",
    ]
    .map(str::to_owned);
    let slips: Vec<Slip<'_>> = own.iter().chain(&of_the_rfc).map(|wrong| Slip(given_name, wrong)).collect();
    insta::assert_snapshot!(reports("applications/payroll.toml", &slips));
}

#[test]
fn entitlements() {
    let add = "[entitlements.Role.add-entitlement]\nplugin = \"acme-roles\"\n";
    let remove = "[entitlements.Role.remove-entitlement]\nplugin = \"acme-roles\"\n";
    let get = "[entitlements.Role.get-entitlements]\nsql = \"SELECT role_id, role_name FROM role\"\n";
    let get_user = "[entitlements.Role.get-user-entitlements]\nsql = \"SELECT role_id FROM user_role WHERE user_id = :id\"\n";
    let head = "[entitlements.Role]\n";
    let text = reports(
        "applications/payroll.toml",
        &[
            Slip(add, ""),
            Slip(remove, ""),
            Slip(get, ""),
            Slip(get_user, ""),
            Slip("id = \"role_id\"\n", ""),
            Slip("display = \"role_name\"\n", "dispaly = \"role_name\"\n"),
            Slip(head, "[entitlements.Role]\nkind = \"group\"\n"),
            Slip(head, "[entitlements.Role]\nsingle = 1\n"),
            Slip(head, "[entitlements.Role]\nsingle = \"replaced\"\n"),
            Slip(head, "[entitlements.Role]\nendpoint = \"Roles\"\n"),
            Slip(head, "[entitlements.Role]\nendpoint = \"/users\"\n"),
            Slip(head, "[entitlements.Role]\nget-users = { sql = \"x\" }\n"),
            Slip(
                head,
                "[entitlements.\"Rôle\"]\nid = \"a\"\ndisplay = \"b\"\nget-entitlements = { sql = \"x\" }\nget-user-entitlements = { sql = \"x\" }\n[entitlements.Role]\n",
            ),
            Slip(
                head,
                "[entitlements.Group]\nid = \"a\"\ndisplay = \"b\"\nget-entitlements = { sql = \"x\" }\nget-user-entitlements = { sql = \"x\" }\n[entitlements.Role]\n",
            ),
            Slip(
                head,
                "[entitlements.role]\nid = \"a\"\ndisplay = \"b\"\nget-entitlements = { sql = \"x\" }\nget-user-entitlements = { sql = \"x\" }\n[entitlements.Role]\n",
            ),
            Slip(
                head,
                "[entitlements.Licence]\nid = \"a\"\ndisplay = \"b\"\nendpoint = \"/ROLES\"\nget-entitlements = { sql = \"x\" }\nget-user-entitlements = { sql = \"x\" }\n[entitlements.Role]\n",
            ),
            Slip(
                head,
                "[entitlements.Licence]\nid = \"a\"\ndisplay = \"b\"\nget-entitlements = { sql = \"x\" }\n[entitlements.Role]\n",
            ),
        ],
    );
    insta::assert_snapshot!(text);
}
