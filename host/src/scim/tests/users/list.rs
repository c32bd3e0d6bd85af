use serde_json::json;

use crate::scim::{
    SortDirection, Start,
    tests::{Client, memory, pretty, user},
};

async fn with_three() -> Client {
    let client = Client::new();
    for name in ["ada", "bob", "cyd"] {
        client.post("/Users", user(name, json!({}))).await.ok(201);
    }
    client
}

#[tokio::test]
async fn a_page_has_integers_and_its_users() {
    let body = with_three().await.get("/Users?startIndex=2&count=1").await.ok(200);
    insta::assert_snapshot!(pretty(&body));
}

#[tokio::test]
async fn pages_partition_the_list() {
    let client = with_three().await;
    let mut names = Vec::new();
    for start in 1..=4 {
        let page = client.get(&format!("/Users?startIndex={start}&count=1")).await.ok(200);
        assert_eq!(page["totalResults"], 3);
        let page = page["Resources"].as_array().unwrap().clone();
        names.extend(page.into_iter().map(|user| user["userName"].as_str().unwrap().to_owned()));
    }
    assert_eq!(names, ["ada", "bob", "cyd"]);
}

#[tokio::test]
async fn numbers_are_made_valid() {
    let cases = [
        ("", 1, 100),
        ("?startIndex=0&count=-5", 1, 0),
        ("?startIndex=-3", 1, 100),
        ("?STARTINDEX=7&Count=0", 7, 0),
        ("?count=5000", 1, 200),
        ("?count=", 1, 100),
        ("?startIndex=99999999999999999999999", i64::MAX as u64, 100),
        ("?count=99999999999999999999999", 1, 200),
        ("?sortBy=userName&sortOrder=descending", 1, 100),
    ];
    let client = Client::new();
    for (query, start_index, count) in cases {
        let body = client.get(&format!("/Users{query}")).await.ok(200);
        let listed = client.application.listed.lock().unwrap().clone().unwrap();
        assert_eq!((listed.start, listed.count), (Start::Index(start_index), count), "{query}");
        assert_eq!(body["startIndex"], json!(start_index), "{query}");
    }
    let mut small = memory::surface();
    small.max_results = 20;
    let client = Client::of(small);
    client.get("/Users").await.ok(200);
    assert_eq!(client.application.listed.lock().unwrap().clone().unwrap().count, 20);
}

#[tokio::test]
async fn finds_by_name_in_any_case_of_the_attribute() {
    let client = with_three().await;
    for filter in [
        "userName%20eq%20%22BOB%22",
        "USERNAME%20EQ%20%22bob%22",
        "urn:ietf:params:scim:schemas:core:2.0:User:userName+eq+%22bob%22",
    ] {
        let body = client
            .get(&format!("/Users?filter={filter}&startIndex=1&count=100"))
            .await
            .ok(200);
        assert_eq!(body["totalResults"], 1, "{filter}");
        assert_eq!(body["Resources"][0]["userName"], "bob");
    }
    let nobody = client.get("/Users?filter=userName%20eq%20%22dan%22").await.ok(200);
    assert_eq!((&nobody["totalResults"], &nobody["Resources"]), (&json!(0), &json!([])));
}

#[tokio::test]
async fn filters_reach_the_application_in_one_form() {
    let cases = [
        (r#"USERNAME Eq "ada""#, r#"userName eq "ada""#),
        (
            r#"urn:ietf:params:scim:schemas:core:2.0:User:name.GIVENname sw "A""#,
            r#"name.givenName sw "A""#,
        ),
        (r#"ACTIVE eq "True""#, "active eq true"),
        (r#"id eq "7""#, r#"id eq "7""#),
        (
            r#"Emails[Type eq "work" and VALUE co "@x"]"#,
            r#"emails[type eq "work" and value co "@x"]"#,
        ),
        (r#"emails.Value ew "x""#, r#"emails.value ew "x""#),
        (
            r#"meta.lastmodified gt "2026-01-01T00:00:00Z""#,
            r#"meta.lastModified gt "2026-01-01T00:00:00Z""#,
        ),
        (r#"roles[value eq "r1"]"#, r#"roles[value eq "r1"]"#),
        (r#"entitlements.value eq "p1""#, r#"entitlements.value eq "p1""#),
        (
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:user:DEPARTMENT pr and not (title pr or userName ne "x")"#,
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department pr and not (title pr or userName ne "x")"#,
        ),
    ];
    let client = Client::new();
    for (sent, given) in cases {
        let query = percent_encoding::utf8_percent_encode(sent, percent_encoding::NON_ALPHANUMERIC);
        client.get(&format!("/Users?filter={query}")).await.ok(200);
        let listed = client.application.listed.lock().unwrap().clone().unwrap();
        assert_eq!(listed.filter.unwrap().to_string(), given);
    }
}

/// A filter on `schemas` is one on what makes a user have them.
#[tokio::test]
async fn who_has_a_schema() {
    const ENTERPRISE: &str = memory::ENTERPRISE;
    let encode = |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let client = Client::new();
    let enterprise = format!("{ENTERPRISE}:department pr or {ENTERPRISE}:manager.value pr");
    for (filter, canonical) in [
        (format!("schemas eq \"{ENTERPRISE}\""), enterprise.clone()),
        (format!("SCHEMAS eq \"{}\"", ENTERPRISE.to_uppercase()), enterprise.clone()),
        (format!("schemas ne \"{ENTERPRISE}\""), format!("not ({enterprise})")),
        (
            "schemas eq \"urn:ietf:params:scim:schemas:core:2.0:User\"".to_owned(),
            "id pr".to_owned(),
        ),
        (
            "schemas pr and schemas sw \"urn:other\"".to_owned(),
            "id pr and not (id pr)".to_owned(),
        ),
        (
            "schemas ew \":manager\" or active eq true".to_owned(),
            "not (id pr) or active eq true".to_owned(),
        ),
    ] {
        client.get(&format!("/Users?filter={}", encode(&filter))).await.ok(200);
        let listed = client.application.listed.lock().unwrap().clone().unwrap();
        assert_eq!(listed.filter.unwrap().to_string(), canonical, "{filter}");
    }
    for filter in ["schemas gt \"urn\"", "schemas eq true"] {
        let error = client.get(&format!("/Users?filter={}", encode(filter))).await.error(400);
        assert!(error.starts_with("invalidFilter"), "{error}");
    }
}

/// What all users are needs no look at any of them.
#[tokio::test]
async fn of_which_type_they_are() {
    let client = Client::new();
    for (filter, canonical) in [
        ("meta.resourceType%20eq%20%22User%22", "id pr"),
        ("META.RESOURCETYPE%20eq%20%22user%22", "not (id pr)"),
        (
            "meta.resourceType%20pr%20and%20active%20eq%20true",
            "id pr and active eq true",
        ),
        (
            "meta.resourceType%20ne%20%22User%22%20or%20active%20eq%20true",
            "not (id pr) or active eq true",
        ),
    ] {
        client.get(&format!("/Users?filter={filter}")).await.ok(200);
        let listed = client.application.listed.lock().unwrap().clone().unwrap();
        assert_eq!(listed.filter.unwrap().to_string(), canonical, "{filter}");
    }
}

#[tokio::test]
async fn mistakes() {
    let mistakes = [
        "startIndex=one",
        "count=1.5",
        "count=1&count=2",
        "filter=userName",
        "filter=userName eq",
        "filter=userName is \"ada\"",
        "filter=(userName eq \"ada\"",
        "filter=userName eq \"ada",
        "filter=userName eq ada",
        "filter=usrName eq \"ada\"",
        "filter=nickName eq \"ada\"",
        "filter=name.middleName eq \"ada\"",
        "filter=name.first eq \"ada\"",
        "filter=emails[type eq \"work\" and label pr]",
        "filter=emails[display pr]",
        "filter=urn:other:User:x eq \"ada\"",
        "filter=active gt true",
        "filter=active eq \"perhaps\"",
        "attributes=userName&excludedAttributes=name",
    ];
    let client = Client::new();
    let mut told = String::new();
    for query in mistakes {
        let (name, value) = query.split_once('=').unwrap();
        let encoded = match name {
            "filter" => format!(
                "filter={}",
                percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC)
            ),
            _ => query.to_owned(),
        };
        told += &format!("{query}\n    {}\n", client.get(&format!("/Users?{encoded}")).await.error(400));
    }
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn an_endless_filter_is_refused() {
    let deep = format!("{}title pr{}", "(".repeat(400), ")".repeat(400));
    let query = percent_encoding::utf8_percent_encode(&deep, percent_encoding::NON_ALPHANUMERIC);
    let error = Client::new().get(&format!("/Users?filter={query}")).await.error(400);
    assert!(error.starts_with("invalidFilter: "), "{error}");
}

#[tokio::test]
async fn can_be_sorted() {
    let client = Client::new();
    for (query, path, direction) in [
        ("sortBy=NAME.familyname", "name.familyName", SortDirection::Ascending),
        ("sortby=userName&sortOrder=Descending", "userName", SortDirection::Descending),
        (
            "sortBy=urn:ietf:params:scim:schemas:core:2.0:User:id&sortOrder=ascending",
            "id",
            SortDirection::Ascending,
        ),
        ("sortBy=emails", "emails", SortDirection::Ascending),
    ] {
        client.get(&format!("/Users?{query}")).await.ok(200);
        let sort = client.application.listed.lock().unwrap().clone().unwrap().sort.unwrap();
        assert_eq!((sort.path.to_string().as_str(), sort.direction), (path, direction), "{query}");
    }
    client.get("/Users?sortOrder=descending").await.ok(200);
    assert_eq!(client.application.listed.lock().unwrap().clone().unwrap().sort, None);
}

#[tokio::test]
async fn an_order_that_means_nothing_is_400() {
    let client = Client::new();
    let mut said = String::new();
    for query in [
        "sortBy=nickName",
        "sortBy=favouriteColour",
        "sortBy=emails[type%20eq%20%22work%22]",
        "sortBy=a%20b",
        "sortBy=userName&sortOrder=downwards",
        "sortBy=userName&sortBy=id",
    ] {
        let error = client.get(&format!("/Users?{query}")).await.error(400);
        said.push_str(&format!("{query}\n  {error}\n"));
    }
    insta::assert_snapshot!(said);
}
