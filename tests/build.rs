//! Builds the components of the tests, fixtures and worked examples, and writes down where they are, for `components!`.

use std::{env, fmt::Write as _, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut components = portcullis_build::examples("portcullis-fixtures");
    components.extend(portcullis_build::components(&[
        "normalise-names",
        "role-audit",
        "database-accounts",
        "login-names",
        "department-roles",
        "packed-arguments",
        "legacy-passwords",
    ]));
    let mut arms = String::new();
    for component in &components {
        writeln!(arms, "({}) => {{ {:?} }};", component.constant(), component.path)?;
    }
    let source = format!(
        "/// Where a component is.\n#[macro_export]\nmacro_rules! component_path {{\n{arms}}}\n\n\
         /// How many components there are.\npub const COMPONENTS: usize = {};\n",
        components.len()
    );
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("components.rs"), source)?;
    Ok(())
}
