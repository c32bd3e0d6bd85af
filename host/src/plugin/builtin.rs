//! The components that are inside the program: one for each kind of database.

use crate::database::Kind;

mod bytes {
    include!(concat!(env!("OUT_DIR"), "/components.rs"));
}

/// The component for the statements of a kind of database.
pub fn component(kind: Kind) -> &'static [u8] {
    match kind {
        Kind::Sqlite => bytes::PORTCULLIS_SQLITE,
        Kind::Postgresql => bytes::PORTCULLIS_POSTGRESQL,
        Kind::Mysql => bytes::PORTCULLIS_MYSQL,
        Kind::Sqlserver => bytes::PORTCULLIS_SQLSERVER,
        Kind::Oracle => bytes::PORTCULLIS_ORACLE,
    }
}

#[cfg(test)]
mod tests {
    use wasmparser::Payload;

    use super::*;

    #[test]
    fn none_tells_where_it_was_built() {
        let package = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let home = std::env::home_dir().expect("a home");
        for place in [package.parent().expect("a workspace"), &home] {
            let place = place.join("").display().to_string();
            for kind in Kind::ALL {
                let tells = component(kind).windows(place.len()).any(|window| window == place.as_bytes());
                assert!(!tells, "the component of {} has {place} in it", kind.name());
            }
        }
    }

    /// Every call has a memory of its own, which must be made new. By the linker's own choice it would have 17 pages.
    #[test]
    fn none_begins_with_much_memory() {
        for kind in Kind::ALL {
            let pages = wasmparser::Parser::new(0).parse_all(component(kind)).map(|payload| {
                let Payload::MemorySection(memories) = payload.expect("a component") else {
                    return 0;
                };
                memories.into_iter().map(|memory| memory.expect("a memory").initial).sum()
            });
            let pages: u64 = pages.sum();
            assert!((1..=3).contains(&pages), "the component of {} has {pages} pages", kind.name());
        }
    }
}
