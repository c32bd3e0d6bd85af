//! The project of a plugin's author: a directory with a manifest, sources in one language, and tests.
//!
//! [`create`] writes one that builds and passes its tests at once, out of templates that are inside the program, and with everything
//! that it needs of Portcullis in its `vendor/`. [`build`] has the language's own tools make the component, holds it against its
//! manifest, and puts both into `dist/`. Everything here runs on the author's machine, with the author's own rights.

mod build;
mod language;
mod layout;
mod template;
mod toolchain;
mod world;

pub use build::{Built, build};
pub use language::Language;
pub use template::create;
pub use world::World;
