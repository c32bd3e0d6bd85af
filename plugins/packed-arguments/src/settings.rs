//! What the administrator says: what is packed how, and the procedure.

use portcullis_sdk::{
    Access, Failure, Plan, Problem, Settings, Step,
    serde_json::{self, Value as Json, json},
};
use portcullis_statement::Dialect;
use serde::{Deserialize, Serialize};

use crate::packing::Packing;

/// As it is in the settings.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Written {
    database: String,
    packed: Packing,
    procedure: String,
    arguments: Json,
    #[serde(default)]
    success: Option<i64>,
}

/// What a call must know: the plan's memo.
#[derive(Debug, Serialize, Deserialize)]
pub struct Remembered {
    pub packing: Packing,
    /// The memo of the call of the procedure.
    pub memo: String,
}

impl Remembered {
    /// # Errors
    /// The memo is not one of this component's.
    pub fn of_memo(memo: &str) -> Result<Self, Failure> {
        serde_json::from_str(memo)
            .map_err(|error| Failure::new(500, format!("packed-arguments cannot read its own plan: {error}")))
    }
}

/// The call of the procedure, and the memo.
///
/// # Errors
/// The first key that is missing, unknown or of the wrong type; else everything that is wrong in their values.
pub fn plan(operation: &str, settings: &Settings) -> Result<Plan, Vec<Problem>> {
    if settings.access == Access::Read {
        let message = format!("packed-arguments does not do {operation}, which only reads");
        return Err(vec![Problem::new("plugin", message, "use it for operations that write")]);
    }
    let written: Written = serde_json::from_value(Json::Object(settings.settings.clone())).map_err(|error| {
        let remedy = "write database, packed, procedure and arguments, as in the plugin's README";
        let message = format!("packed-arguments cannot read them: {error}");
        vec![Problem::new("settings", message, remedy)]
    })?;
    let dialect = Dialect::named(&written.database).filter(|dialect| *dialect != Dialect::Sqlite);
    let Some(dialect) = dialect else {
        let message = format!("there are no stored procedures in \"{}\"", written.database);
        let remedy = "use one of postgresql, mysql, sqlserver, oracle";
        return Err(vec![Problem::new("settings.database", message, remedy)]);
    };
    let packing = named(written.packed, settings)?;
    let step = json!({
        "name": "main", "key": "settings.procedure", "procedure": written.procedure, "arguments": written.arguments,
        "success": written.success,
    });
    let step: Step = serde_json::from_value(step).map_err(|error| {
        let remedy = "write each as { value = \"packed\" }, with name, constant, direction or type where needed";
        vec![Problem::new("settings.arguments", error.to_string(), remedy)]
    })?;
    let inner = Settings {
        steps: vec![step],
        ..portcullis_statement::with_input(settings, "packed")
    };
    let mut plan = portcullis_statement::prepare(dialect, operation, &inner)?;
    if plan
        .statements
        .iter()
        .all(|statement| statement.parameters.iter().all(|it| it.name != "packed"))
    {
        let remedy = "give one of them value = \"packed\"";
        return Err(vec![Problem::new(
            "settings.arguments",
            "none of them is what is packed",
            remedy,
        )]);
    }
    let remembered = Remembered {
        packing,
        memo: plan.memo,
    };
    plan.memo = serde_json::to_string(&remembered)
        .map_err(|error| vec![Problem::new("settings", error.to_string(), "write them in another way")])?;
    Ok(plan)
}

/// The same, with attributes by the names that the call has for them.
fn named(packing: Packing, settings: &Settings) -> Result<Packing, Vec<Problem>> {
    let problems: Vec<Problem> = packing
        .attributes()
        .into_iter()
        .filter(|attribute| settings.input(attribute).is_none_or(|input| input.name != **attribute))
        .map(|attribute| {
            let known: Vec<&str> = settings.inputs.iter().map(|input| input.name.as_str()).collect();
            let message = format!("a call has nothing called `{attribute}`");
            Problem::new("settings.packed", message, format!("use one of {}", known.join(", ")))
        })
        .collect();
    if let Some(problem) = packing.attributes().is_empty().then(|| {
        Problem::new(
            "settings.packed",
            "it names no attributes",
            "name those that the procedure wants",
        )
    }) {
        return Err(vec![problem]);
    }
    if problems.is_empty() { Ok(packing) } else { Err(problems) }
}
