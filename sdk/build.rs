//! Writes down where the WIT package is, for the macros that generate bindings in a component's own crate.
//!
//! They must be generated there: the description of a world, once in this library, would be part of every component.

use std::{env, error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let package = env::var("CARGO_MANIFEST_DIR")?;
    let wit = PathBuf::from(package).join("../wit").canonicalize()?;
    let out = PathBuf::from(env::var("OUT_DIR")?).join("world.rs");
    let text = TEMPLATE.replace(
        "WIT",
        &format!("{:?}", wit.to_str().ok_or("the path of wit/ is not Unicode")?),
    );
    fs::write(out, text)?;
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}

const TEMPLATE: &str = r#"
/// Generates the bindings of a world of the WIT package.
#[doc(hidden)]
#[macro_export]
macro_rules! __world {
    ($world:literal, $($with:tt)*) => {
        $crate::wit_bindgen::generate!({
            path: WIT,
            world: $world,
            with: { $($with)* },
            runtime_path: "::portcullis_sdk::wit_bindgen::rt",
        });
    };
}
"#;
