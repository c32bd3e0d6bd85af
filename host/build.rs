//! Builds the components that are inside the program.

use std::{env, fmt::Write as _, fs, path::PathBuf};

/// The packages of the built-in components.
const PACKAGES: [&str; 5] = [
    "portcullis-sqlite",
    "portcullis-postgresql",
    "portcullis-mysql",
    "portcullis-sqlserver",
    "portcullis-oracle",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // What is inside the program as it is: the templates of projects, and what these need of us.
    for directory in ["templates", "src", "python", "javascript"] {
        println!("cargo::rerun-if-changed=../sdk/{directory}");
    }
    println!("cargo::rerun-if-changed=../wit");
    let mut source = String::new();
    for component in portcullis_build::components(&PACKAGES) {
        let (constant, path) = (component.constant(), component.path.display().to_string());
        writeln!(source, "pub const {constant}: &[u8] = include_bytes!({path:?});")?;
    }
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("components.rs"), source)?;
    Ok(())
}
