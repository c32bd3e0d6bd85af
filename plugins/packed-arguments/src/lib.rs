//! A component of an administrator's own: a legacy procedure wants all that it is told as one argument, JSON or a delimited text.
//!
//! Which attributes belong into it, and in which order, the settings say; the procedure is called as one of the configuration's own is,
//! with `packed` among its values.

mod packing;
mod settings;

use portcullis_sdk::{Call, Failure, Host, NamedValue, Operation, Outcome, Plan, Problem, Settings};
use portcullis_statement::Giving;

use crate::settings::Remembered;

struct PackedArguments;

impl Operation for PackedArguments {
    fn prepare(operation: &str, settings: &Settings) -> Result<Plan, Vec<Problem>> {
        settings::plan(operation, settings)
    }

    fn run(call: &Call, host: &mut impl Host) -> Result<Outcome, Failure> {
        let remembered = Remembered::of_memo(&call.memo)?;
        let packed = remembered.packing.pack(|name| call.input(name))?;
        let call = Call {
            memo: remembered.memo,
            ..call.clone()
        };
        let values = vec![NamedValue::new("packed", packed)];
        portcullis_statement::run(&call, &mut Giving { host, values })
    }
}

portcullis_sdk::export_operation!(PackedArguments);

#[cfg(test)]
mod tests;
