//! The plug-in: asks the host for the rows of the statement that the call is about.

mod contract;

use contract::{Call, NamedValue, Outcome};
use extism_pdk::{Error, FnResult, Json, host_fn, plugin_fn};

#[host_fn]
extern "ExtismHost" {
    /// Has the host run a statement with these values on top of the call's, and put its rows out. Gives their number.
    fn forward(statement: &str, values: Json<Vec<NamedValue>>) -> u64;
}

#[plugin_fn]
pub fn run(Json(call): Json<Call>) -> FnResult<Json<Outcome>> {
    if !call.operation.starts_with("get-") {
        return Err(Error::msg(format!("{} does not read, and this plug-in only reads", call.operation)).into());
    }
    // Unsafe as every import of Extism is: the host has a function of this name and these types.
    unsafe { forward(&call.statement, Json(Vec::new()))? };
    Ok(Json(Outcome { generated_id: None }))
}
