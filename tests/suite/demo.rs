//! `portcullis demo`

use portcullis_tests::{Client, Program, program};

const TOKEN: &str = "the-token-of-the-demo";

fn demo(data: &std::path::Path) -> Program {
    let mut command = program::command();
    command
        .args(["demo", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .env("PORTCULLIS_TOKEN", TOKEN);
    Program::start(command)
}

/// About a thousand users and a dozen roles, and a second start that keeps what was done in the first.
#[test]
fn keeps_its_data() {
    let directory = tempfile::tempdir().expect("a directory");
    let data = directory.path().join("data");
    let first = demo(&data);
    let client = Client::new(format!("{}/demo/scim/v2", first.url), TOKEN);
    let users = client.get("/Users?count=1").expect(200)["totalResults"]
        .as_u64()
        .expect("a number");
    assert!((900..=1100).contains(&users), "{users}");
    assert_eq!(client.get("/Roles?count=0").expect(200)["totalResults"], 12);
    let teams = client.get("/Groups?attributes=displayName,members.value").expect(200);
    assert_eq!(teams["totalResults"], 8);
    let members = |team: &serde_json::Value| team["members"].as_array().map_or(0, Vec::len);
    let everybody: usize = teams["Resources"].as_array().unwrap().iter().map(members).sum();
    assert_eq!(everybody as u64, users, "everybody is in the team of a department");
    let page = client.get("/Users?count=50").expect(200);
    let with_roles = page["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|user| user["roles"].is_array())
        .count();
    assert!(with_roles > 0, "somebody holds a role");

    let user = serde_json::json!({ "schemas": [portcullis_tests::application::USER], "userName": "mine@example.com",
        "name": { "givenName": "My", "familyName": "Own" } });
    let created = client.post("/Users", &user).expect(201);
    let (status, _) = first.terminate();
    assert!(status.success(), "{status}");

    let second = demo(&data);
    let client = Client::new(format!("{}/demo/scim/v2", second.url), TOKEN);
    assert_eq!(client.get("/Users?count=0").expect(200)["totalResults"], users + 1);
    let path = format!("/Users/{}", created["id"].as_str().unwrap());
    assert_eq!(client.get(&path).expect(200)["userName"], "mine@example.com");
}

/// Every `curl` command that it prints works when it is pasted.
#[test]
fn its_commands_work_when_pasted() {
    if std::process::Command::new("curl").arg("--version").output().is_err() {
        panic!("this test pastes the demo's `curl` commands: install curl");
    }
    let directory = tempfile::tempdir().expect("a directory");
    let demo = demo(&directory.path().join("data"));
    let client = Client::new(format!("{}/demo/scim/v2", demo.url), TOKEN);
    client.get("/Users?count=1").expect(200);
    let said = demo.output();
    let commands: Vec<&str> = said.lines().map(str::trim).filter(|line| line.starts_with("curl ")).collect();
    assert_eq!(commands.len(), 3, "{said}");
    for command in commands {
        let pasted = std::process::Command::new("sh")
            .arg("-c")
            .arg(format!("{command} --fail-with-body"))
            .output()
            .expect("sh");
        assert!(
            pasted.status.success(),
            "{command}\n{}",
            String::from_utf8_lossy(&pasted.stdout)
        );
        let body: serde_json::Value = serde_json::from_slice(&pasted.stdout).expect("JSON");
        assert!(body["schemas"].is_array(), "{body}");
    }
}

/// Whoever gave it is told, and no later start has to be.
#[test]
fn a_short_token_is_refused_and_not_kept() {
    let directory = tempfile::tempdir().expect("a directory");
    let data = directory.path().join("data");
    let output = program::command()
        .args(["demo", "--listen", "127.0.0.1:0", "--token", "short", "--data"])
        .arg(&data)
        .output()
        .expect("the program starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && said.contains("--token is shorter than 16"),
        "{said}"
    );
    demo(&data);
}
