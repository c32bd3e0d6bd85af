//! The types and imports of `wit/` in Rust, generated.
//!
//! Only what a component calls becomes one of its imports. What it exports is generated in its own crate, by the
//! `export_*!` macros, with the types from here.

wit_bindgen::generate!({
    path: "../wit",
    inline: "
        package portcullis:sdk;

        world imports {
            import portcullis:plugin/types@0.1.0;
            import portcullis:plugin/log@0.1.0;
            import portcullis:plugin/database@0.1.0;
            import portcullis:plugin/output@0.1.0;
            import portcullis:plugin/dynamic-sql@0.1.0;
        }
    ",
    generate_all,
    generate_unused_types: true,
    additional_derives: [PartialEq],
    additional_type_attributes: {
        "portcullis:plugin/types@0.1.0/access": [#[derive(serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
        "portcullis:plugin/types@0.1.0/row-effect": [#[derive(serde::Deserialize)] #[serde(rename_all = "kebab-case")]],
    },
});
