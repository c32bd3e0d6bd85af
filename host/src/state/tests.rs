//! The store by itself.

use std::{
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use chrono::{TimeDelta, Utc};
use tempfile::TempDir;

use super::{Added, Holding, NewToken, NewVersion, Role, ShadowTally, StateError, Store, TokenHash, TokenName, random_token};

fn place() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("portcullis.db");
    (directory, path)
}

fn token(name: &str, text: &str) -> NewToken {
    NewToken {
        application: "hr".to_owned(),
        name: name.parse().unwrap(),
        hash: TokenHash::of(text),
        expires: None,
    }
}

#[tokio::test]
async fn is_made_for_its_owner_alone_and_kept() {
    let (directory, path) = place();
    let store = Store::open(&path).await.unwrap();
    assert_eq!(store.add_token(&token("okta", "abc")).await.unwrap(), Added::Yes);
    assert_eq!(store.add_token(&token("okta", "def")).await.unwrap(), Added::NameTaken);
    for entry in std::fs::read_dir(directory.path()).unwrap().flatten() {
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.path());
    }
    store.close().await;

    let store = Store::open(&path).await.unwrap();
    let tokens = store.tokens().await.unwrap();
    assert_eq!(tokens.len(), 1);
    assert!(tokens[0].hash.is(&TokenHash::of("abc")));
    assert!(!tokens[0].hash.is(&TokenHash::of("def")));
    assert!(tokens[0].last_used.is_none() && tokens[0].expires.is_none());
    assert!((Utc::now() - tokens[0].created).abs() < TimeDelta::minutes(5));
}

/// Whoever reads the file gets nothing that opens anything.
#[tokio::test]
async fn holds_no_token() {
    let (directory, path) = place();
    let store = Store::open(&path).await.unwrap();
    let secret = random_token().unwrap();
    assert!(secret.expose().starts_with("portcullis_") && secret.expose().len() == 75);
    store.add_token(&token("okta", secret.expose())).await.unwrap();
    store.close().await;
    for entry in std::fs::read_dir(directory.path()).unwrap().flatten() {
        let bytes = std::fs::read(entry.path()).unwrap();
        let end = &secret.expose().as_bytes()[11..];
        assert!(!bytes.windows(end.len()).any(|window| window == end));
        assert!(bytes.windows(4).any(|window| window == b"okta"), "the name is there");
    }
}

#[tokio::test]
async fn a_revoked_token_is_gone_and_its_name_free() {
    let (_directory, path) = place();
    let store = Store::open(&path).await.unwrap();
    let name: TokenName = "okta".parse().unwrap();
    store.add_token(&token("okta", "abc")).await.unwrap();
    let first = store.tokens().await.unwrap()[0].id;
    assert!(store.revoke_token("hr", &name).await.unwrap());
    assert!(!store.revoke_token("hr", &name).await.unwrap());
    assert!(store.tokens().await.unwrap().is_empty());
    // A use of the old one that is written late is not one of the new one.
    assert_eq!(store.add_token(&token("okta", "def")).await.unwrap(), Added::Yes);
    store.tokens_used(&[(first, Utc::now())]).await.unwrap();
    assert_eq!(store.tokens().await.unwrap()[0].last_used, None);
}

#[tokio::test]
async fn the_last_use_is_the_latest() {
    let (_directory, path) = place();
    let store = Store::open(&path).await.unwrap();
    store.add_token(&token("okta", "abc")).await.unwrap();
    let id = store.tokens().await.unwrap()[0].id;
    let later = Utc::now();
    let earlier = later - TimeDelta::hours(1);
    store.tokens_used(&[(id, later)]).await.unwrap();
    store.tokens_used(&[(id, earlier)]).await.unwrap();
    let used = store.tokens().await.unwrap()[0].last_used.unwrap();
    assert_eq!(used.timestamp(), later.timestamp());
}

/// `serve` and commands start at the same moment.
#[tokio::test(flavor = "multi_thread")]
async fn several_open_it_at_once() {
    let (_directory, path) = place();
    let opened: Vec<_> = (0..12)
        .map(|n| {
            let path = path.clone();
            tokio::spawn(async move {
                let store = Store::open(&path).await.map_err(|error| error.to_string())?;
                let added = store.add_token(&token(&format!("token-{n}"), &n.to_string())).await;
                added.map_err(|error| error.to_string())
            })
        })
        .collect();
    for one in opened {
        assert_eq!(one.await.unwrap(), Ok(Added::Yes));
    }
    assert_eq!(Store::open(&path).await.unwrap().tokens().await.unwrap().len(), 12);
}

#[tokio::test]
async fn looking_makes_nothing() {
    let (directory, path) = place();
    assert!(Store::look(&path).await.unwrap().is_none());
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    let store = Store::open(&path).await.unwrap();
    store.add_token(&token("okta", "abc")).await.unwrap();
    let looking = Store::look(&path).await.unwrap().unwrap();
    assert_eq!(looking.tokens().await.unwrap().len(), 1);
    assert!(matches!(
        looking.add_token(&token("x", "y")).await,
        Err(StateError::Failed { .. })
    ));
}

#[tokio::test]
async fn what_was_served_first_is_remembered() {
    let (_directory, path) = place();
    let store = Store::open(&path).await.unwrap();
    store.remember_served("hr", "Role", Holding::Several).await.unwrap();
    store.remember_served("hr", "Role", Holding::One).await.unwrap();
    store.remember_served("crm", "Role", Holding::One).await.unwrap();
    let served = store.served("hr").await.unwrap();
    assert_eq!(served.len(), 1);
    assert_eq!((served[0].name.as_str(), served[0].holding), ("Role", Holding::Several));
    assert!(store.forget_served("hr", "Role").await.unwrap());
    assert!(!store.forget_served("hr", "Role").await.unwrap());
    assert_eq!(store.served("crm").await.unwrap()[0].holding, Holding::One);
}

async fn why(path: &Path) -> String {
    let error = Store::open(path).await.unwrap_err().to_string();
    error.replace(&path.display().to_string(), "PATH")
}

#[tokio::test]
async fn says_why_it_cannot_be_opened() {
    let (directory, path) = place();
    let nowhere = directory.path().join("no/such/directory/portcullis.db");
    assert!(why(&nowhere).await.contains("`[state] path`"));
    std::fs::write(&path, "this is a letter, and no database at all").unwrap();
    assert_eq!(
        why(&path).await,
        "the state store PATH cannot be opened: file is not a database. It must be a file that may be written, in a directory \
         that may be written; `[state] path` in portcullis.toml chooses another"
    );
    std::fs::remove_file(&path).unwrap();
    let store = Store::open(&path).await.unwrap();
    sqlx::query("PRAGMA user_version = 99").execute(&store.pool).await.unwrap();
    store.close().await;
    assert_eq!(
        why(&path).await,
        "the state store PATH has version 99, and this program knows versions up to 7: run the newer program"
    );
    assert!(Store::look(&path).await.is_err());
}

#[test]
fn names_of_tokens() {
    for right in ["okta", "a", "0", "okta-prod.2", "me@example.com", &"x".repeat(64)] {
        assert_eq!(right.parse::<TokenName>().unwrap().to_string(), right);
    }
    for wrong in ["", "-okta", "a b", "a:b", "[scim]", "Ökta", "a\n", &"x".repeat(65)] {
        assert!(wrong.parse::<TokenName>().is_err(), "{wrong:?}");
    }
}

fn version<'a>(sha256: &'a str, component: &'a [u8]) -> NewVersion<'a> {
    NewVersion {
        plugin: "acme",
        sha256,
        component,
        manifest: "name = \"acme\"",
        approval: "{}",
        signature: None,
        by: "grace",
    }
}

async fn kept(store: &Store) -> Vec<(String, bool)> {
    let versions = store.plugin_versions().await.unwrap();
    versions
        .into_iter()
        .map(|version| (version.sha256, version.serving))
        .collect()
}

#[tokio::test]
async fn of_a_plugin_one_version_serves_and_five_are_kept() {
    let (_directory, path) = place();
    let store = Store::open(&path).await.unwrap();
    for sha256 in ["a", "b", "c", "d", "e", "f"] {
        store
            .approve_plugin(&version(sha256, sha256.as_bytes()), Role::Serving)
            .await
            .unwrap();
    }
    let all = |serving: &str| ["f", "e", "d", "c", "b"].map(|sha256| (sha256.to_owned(), sha256 == serving));
    assert_eq!(kept(&store).await, all("f"));
    assert!(store.serve_plugin("acme", "c").await.unwrap());
    assert_eq!(kept(&store).await, all("c"));
    assert!(!store.serve_plugin("acme", "a").await.unwrap(), "it is forgotten");
    assert_eq!(kept(&store).await, all("c"), "and what served serves on");
    assert_eq!(
        store.plugin_component("acme", "c").await.unwrap().as_deref(),
        Some(b"c".as_slice())
    );

    let serving = store.serving_plugins().await.unwrap();
    let before = serving.get("acme").unwrap();
    store.settle_plugin(before, Some("it traps")).await.unwrap();
    let failure = async || {
        let versions = store.plugin_versions().await.unwrap();
        versions.into_iter().find(|version| version.serving).unwrap().failure
    };
    assert_eq!(failure().await.as_deref(), Some("it traps"));
    store.settle_plugin(before, None).await.unwrap();
    assert_eq!(failure().await, None);
    store.approve_plugin(&version("c", b"c"), Role::Serving).await.unwrap();
    let after = store.serving_plugins().await.unwrap();
    assert_ne!(after.get("acme"), Some(before), "it is approved for something else");

    assert!(store.remove_plugin("acme").await.unwrap() && !store.remove_plugin("acme").await.unwrap());
    assert_eq!(kept(&store).await, []);
}

#[tokio::test]
async fn a_shadow_is_counted_promoted_and_dropped() {
    let (_directory, path) = place();
    let store = Store::open(&path).await.unwrap();
    store.approve_plugin(&version("a", b"a"), Role::Serving).await.unwrap();
    for sha256 in ["b", "c", "d", "e", "f", "g"] {
        store.approve_plugin(&version(sha256, b"x"), Role::Shadow).await.unwrap();
    }
    assert!(
        kept(&store).await.contains(&("a".to_owned(), true)),
        "what serves is not forgotten"
    );
    let shadow = async || store.shadow_plugins().await.unwrap().remove("acme");
    let of = shadow().await.unwrap();
    assert_eq!(of.sha256, "g");
    let tally = |last: Option<&str>| ShadowTally {
        reads: 2,
        differences: 1,
        last: last.map(str::to_owned),
    };
    store.tally_shadow(&of, &tally(Some("a user: emails"))).await.unwrap();
    store.tally_shadow(&of, &tally(None)).await.unwrap();
    let versions = store.plugin_versions().await.unwrap();
    let counted = versions.iter().find_map(|version| version.shadow.clone());
    let both = ShadowTally {
        reads: 4,
        differences: 2,
        last: Some("a user: emails".to_owned()),
    };
    assert_eq!(counted, Some(both));

    assert!(store.serve_plugin("acme", "g").await.unwrap());
    assert_eq!(shadow().await, None);
    assert!(kept(&store).await.contains(&("g".to_owned(), true)));
    store.approve_plugin(&version("h", b"x"), Role::Shadow).await.unwrap();
    assert!(store.drop_shadow("acme").await.unwrap() && !store.drop_shadow("acme").await.unwrap());
    assert!(kept(&store).await.contains(&("g".to_owned(), true)));
}
