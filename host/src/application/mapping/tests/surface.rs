//! What clients are told they can set.

use std::{collections::BTreeSet, time::Duration};

use super::mapping;
use crate::{
    application::{ApplicationSettings, Location, Mode, Operation, OperationSettings, Transforms, surface},
    database::{Connection, Target},
    scim::Mutability::{self, Immutable, ReadOnly, ReadWrite},
};

fn application(operations: &[Operation]) -> ApplicationSettings {
    let location = Location {
        file: "applications/payroll.toml".into(),
        line: 1,
        key: String::new(),
    };
    let settings = |_: &Operation| OperationSettings {
        mode: Mode::Plugin {
            name: "acme".into(),
            settings: serde_json::Map::new(),
        },
        location: location.clone(),
        passages: Vec::new(),
    };
    ApplicationSettings {
        name: "payroll".into(),
        token: None,
        requests_per_second: None,
        connection: Connection {
            target: Target::Sqlite {
                path: "payroll.db".into(),
                create: false,
            },
            pool_size: 1,
            acquire_timeout: Duration::from_secs(1),
            statement_timeout: Duration::from_secs(1),
            conflict_retries: 0,
        },
        users: mapping(),
        lists: Vec::new(),
        entitlements: Vec::new(),
        groups: None,
        operations: operations.iter().map(|operation| (*operation, settings(operation))).collect(),
        transforms: Transforms::default(),
        max_results: 200,
        cursor_lifetime: std::time::Duration::from_secs(3600),
    }
}

fn mutability(operations: &[Operation], create: Option<&[&str]>, update: Option<&[&str]>, path: &str) -> Mutability {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let parameters = |operation| match operation {
        Operation::CreateUser => create.map(set),
        Operation::UpdateUser => update.map(set),
        _ => None,
    };
    let settings = application(operations);
    surface(&settings, &settings.users, None, &[], &parameters)
        .attributes
        .into_iter()
        .find(|attribute| attribute.path.to_string() == path)
        .unwrap()
        .mutability
}

#[test]
fn an_attribute_is_what_operations_take() {
    use Operation::{CreateUser, GetUsers, UpdateUser};
    let both = [CreateUser, UpdateUser];
    let none: &[&str] = &[];
    let of = |create, update| mutability(&both, create, update, "name.givenName");
    assert_eq!(of(None, None), ReadWrite);
    assert_eq!(of(Some(&["name.givenName"]), Some(none)), Immutable);
    assert_eq!(of(Some(&["FIRST_NAME"]), Some(&["userName"])), Immutable);
    assert_eq!(of(Some(none), Some(&["name.givenName"])), ReadWrite);
    assert_eq!(of(Some(none), Some(none)), ReadOnly);
    assert_eq!(mutability(&[GetUsers], None, None, "userName"), ReadOnly);
    assert_eq!(mutability(&[CreateUser], None, None, "userName"), Immutable);
    assert_eq!(mutability(&both, None, None, "meta.lastModified"), ReadOnly);
}

#[test]
fn active_is_what_its_operations_change() {
    use Operation::{CreateUser, DeactivateUser};
    assert_eq!(mutability(&[DeactivateUser], None, None, "active"), ReadWrite);
    assert_eq!(mutability(&[CreateUser], Some(&["active"]), None, "active"), Immutable);
    assert_eq!(mutability(&[CreateUser], Some(&["userName"]), None, "active"), ReadOnly);
}

#[test]
fn capabilities_are_the_operations_that_are_enabled() {
    let settings = application(&[Operation::GetUsers, Operation::DeleteUser]);
    let capabilities = surface(&settings, &settings.users, None, &[], &|_| None).capabilities;
    assert!(capabilities.list_users && capabilities.delete_user);
    assert!(!capabilities.create_user && !capabilities.set_password && !capabilities.changed_users);
    let with_password = |operation| (operation == Operation::CreateUser).then(|| BTreeSet::from(["password".to_owned()]));
    let settings = application(&[Operation::CreateUser]);
    let found = surface(&settings, &settings.users, None, &[], &with_password);
    assert!(found.capabilities.set_password);
}
