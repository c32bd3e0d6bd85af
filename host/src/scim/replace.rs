//! What PUT makes of a resource (RFC 7644 §3.5.1).

use super::{AttributePath, Document, Error, Mutability, ResourceKind, ScimType, resource::Resources};

/// The resource as the client wants it, with what a client can't or needn't say kept from the current one:
///
/// * `id` and `meta`, and attributes that no operation takes;
/// * `active`: a missing one is no wish to deactivate;
/// * `roles`, `entitlements` and `members`: clients that don't manage them PUT whole profiles without them, and would take everything
///   from everybody. `[]` takes them away.
/// * attributes that only the operation that creates takes, if they are left out; changing one is an error.
///
/// Everything else that the client leaves out is removed. A missing `password` leaves the password alone, as it is never part
/// of the current document.
pub fn replace(resources: &Resources<'_>, current: &Document, mut wanted: Document) -> Result<Document, Error> {
    for name in ["id", "meta", "active"]
        .into_iter()
        .chain(resources.kind().sets().iter().copied())
    {
        if let (false, Some(value)) = (wanted.contains_key(name), current.get(name)) {
            wanted.insert(name.to_owned(), value.clone());
        }
    }
    for attribute in resources.attributes() {
        let path = &attribute.path;
        match (attribute.mutability, path.get(current), path.get(&wanted)) {
            (Mutability::ReadWrite, ..) => {}
            (Mutability::ReadOnly, Some(now), _) => path.set(&mut wanted, now.clone()),
            (Mutability::ReadOnly, None, _) => path.remove(&mut wanted),
            (Mutability::Immutable, Some(now), None) => path.set(&mut wanted, now.clone()),
            (Mutability::Immutable, now, Some(then)) if now != Some(then) => return Err(immutable(resources.kind(), path)),
            (Mutability::Immutable, ..) => {}
        }
    }
    Ok(wanted)
}

/// The error for a change of what only the operation that creates takes.
pub fn immutable(kind: ResourceKind, path: &AttributePath) -> Error {
    let noun = kind.noun();
    Error::bad_request(
        ScimType::Mutability,
        format!(
            "`{path}` is set when a {noun} is created and can't be changed: update-{noun} of this application doesn't take it"
        ),
    )
}
