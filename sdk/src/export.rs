//! The way from a component's exports to the traits. Used by the `export_*!` macros only.

use crate::{
    Call, Column, Database, DatabaseError, Direction, DynamicOperation, DynamicSql, Execution, Failure, Level, Log, NamedValue,
    Operation, Outcome, Output, PasswordHash, Plan, Problem, Refusal, ResultSet, Row, Settings, Shape, Statement, Transform,
    Value,
    bindings::portcullis::plugin::{database, dynamic_sql, log, output},
};

/// The host's imports.
struct Imports;

impl Database for Imports {
    fn query(&mut self, statement: &str, values: &[NamedValue]) -> Result<ResultSet, DatabaseError> {
        database::query(statement, values)
    }

    fn execute(&mut self, statement: &str, values: &[NamedValue]) -> Result<Execution, DatabaseError> {
        database::execute(statement, values)
    }
}

impl Output for Imports {
    fn forward(&mut self, statement: &str, values: &[NamedValue]) -> Result<u64, DatabaseError> {
        output::forward(statement, values)
    }

    fn begin(&mut self, columns: &[Column]) {
        output::begin(columns);
    }

    fn emit(&mut self, rows: &[Row]) {
        output::emit(rows);
    }
}

impl Log for Imports {
    fn write(&mut self, level: Level, message: &str) {
        log::write(level, message);
    }
}

impl DynamicSql for Imports {
    fn query_text(&mut self, text: &str, values: &[Value]) -> Result<ResultSet, DatabaseError> {
        dynamic_sql::query(text, values)
    }

    fn execute_text(&mut self, text: &str, values: &[Value]) -> Result<Execution, DatabaseError> {
        dynamic_sql::execute(text, values)
    }
}

/// Has a panic written to the log before it becomes a trap: there is no stderr.
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| log::write(Level::Error, &panic.to_string())));
}

pub fn prepare<O: Operation>(operation: &str, settings: &str) -> Result<Plan, Vec<Problem>> {
    report_panics();
    O::prepare(operation, &Settings::from_json(settings)?)
}

pub fn refine<O: Operation>(operation: &str, settings: &str, statement: &str, shape: &Shape) -> Result<Statement, String> {
    report_panics();
    O::refine(operation, &readable(settings)?, statement, shape)
}

pub fn run<O: Operation>(call: &Call) -> Result<Outcome, Failure> {
    report_panics();
    O::run(call, &mut Imports)
}

pub fn prepare_dynamic<O: DynamicOperation>(operation: &str, settings: &str) -> Result<Plan, Vec<Problem>> {
    report_panics();
    O::prepare(operation, &Settings::from_json(settings)?)
}

pub fn refine_dynamic<O: DynamicOperation>(
    operation: &str,
    settings: &str,
    statement: &str,
    shape: &Shape,
) -> Result<Statement, String> {
    report_panics();
    O::refine(operation, &readable(settings)?, statement, shape)
}

pub fn run_dynamic<O: DynamicOperation>(call: &Call) -> Result<Outcome, Failure> {
    report_panics();
    O::run(call, &mut Imports)
}

pub fn transform<T: Transform>(direction: Direction, document: &str, settings: &str) -> Result<String, Failure> {
    report_panics();
    let object = |what: &str, text: &str| {
        serde_json::from_str(text).map_err(|error| Failure::new(500, format!("the {what} is not a JSON object: {error}")))
    };
    let document = T::transform(
        direction,
        object("document", document)?,
        &object("settings", settings)?,
        &mut Imports,
    )?;
    serde_json::to_string(&document).map_err(|error| Failure::new(500, format!("the document cannot be written: {error}")))
}

pub fn check_password_settings<H: PasswordHash>(settings: &str) -> Result<(), String> {
    let settings = serde_json::from_str(settings).map_err(|error| format!("the settings are not a JSON object: {error}"))?;
    H::check(&settings)
}

/// Without `report_panics`: what a panic says could be of the password.
pub fn hash_password<H: PasswordHash>(password: &str, salt: &[u8], settings: &str) -> Result<String, Refusal> {
    let settings = serde_json::from_str(settings).map_err(|_| Refusal::UnfitSettings)?;
    let salt = salt.try_into().map_err(|_| Refusal::UnfitSettings)?;
    H::hash(password, salt, &settings)
}

fn readable(settings: &str) -> Result<Settings, String> {
    Settings::from_json(settings).map_err(|problems| problems.into_iter().map(|problem| problem.message).collect())
}

/// Makes a type that is an [`Operation`](crate::Operation) what the component exports. Once in a crate, where the type is.
#[macro_export]
macro_rules! export_operation {
    ($operation:ident) => {
        $crate::__must_be!($operation: $crate::Operation);
        $crate::__operation!($operation, "operation", prepare, refine, run);
    };
}

/// Makes a type that is a [`DynamicOperation`](crate::DynamicOperation) what the component exports.
#[macro_export]
macro_rules! export_dynamic_operation {
    ($operation:ident) => {
        $crate::__must_be!($operation: $crate::DynamicOperation);
        $crate::__operation!(
            $operation,
            "dynamic-operation",
            prepare_dynamic,
            refine_dynamic,
            run_dynamic,
            "portcullis:plugin/dynamic-sql@0.1.0": ::portcullis_sdk::bindings::portcullis::plugin::dynamic_sql
        );
    };
}

/// The component of an operation of this world, whose calls go to these functions; and what the world imports besides what every
/// operation does.
#[doc(hidden)]
#[macro_export]
macro_rules! __operation {
    ($operation:ident, $world:tt, $prepare:ident, $refine:ident, $run:ident $(, $($further:tt)+)?) => {
        #[cfg(target_arch = "wasm32")]
        mod portcullis_component {
            $crate::__world!(
                $world,
                "portcullis:plugin/types@0.1.0": ::portcullis_sdk::bindings::portcullis::plugin::types,
                "portcullis:plugin/log@0.1.0": ::portcullis_sdk::bindings::portcullis::plugin::log,
                "portcullis:plugin/database@0.1.0": ::portcullis_sdk::bindings::portcullis::plugin::database,
                "portcullis:plugin/output@0.1.0": ::portcullis_sdk::bindings::portcullis::plugin::output
                $(, $($further)+)?
            );

            struct Component;

            impl Guest for Component {
                fn prepare(operation: String, settings: String) -> Result<$crate::Plan, Vec<$crate::Problem>> {
                    $crate::export::$prepare::<super::$operation>(&operation, &settings)
                }

                fn refine(
                    operation: String,
                    settings: String,
                    statement: String,
                    shape: $crate::Shape,
                ) -> Result<$crate::Statement, String> {
                    $crate::export::$refine::<super::$operation>(&operation, &settings, &statement, &shape)
                }

                fn run(call: $crate::Call) -> Result<$crate::Outcome, $crate::Failure> {
                    $crate::export::$run::<super::$operation>(&call)
                }
            }

            export!(Component);
        }
    };
}

/// Makes a type that is a [`Transform`](crate::Transform) what the component exports.
#[macro_export]
macro_rules! export_transform {
    ($transform:ident) => {
        $crate::__must_be!($transform: $crate::Transform);

        #[cfg(target_arch = "wasm32")]
        mod portcullis_component {
            $crate::__world!(
                "transform",
                "portcullis:plugin/types@0.1.0": ::portcullis_sdk::bindings::portcullis::plugin::types,
                "portcullis:plugin/log@0.1.0": ::portcullis_sdk::bindings::portcullis::plugin::log
            );

            struct Component;

            impl Guest for Component {
                fn transform(
                    direction: Direction,
                    document: String,
                    settings: String,
                ) -> Result<String, $crate::Failure> {
                    let direction = match direction {
                        Direction::ToApplication => $crate::Direction::ToApplication,
                        Direction::FromApplication => $crate::Direction::FromApplication,
                    };
                    $crate::export::transform::<super::$transform>(direction, &document, &settings)
                }
            }

            export!(Component);
        }
    };
}

/// Makes a type that is a [`PasswordHash`](crate::PasswordHash) what the component exports.
#[macro_export]
macro_rules! export_password_hash {
    ($hash:ident) => {
        $crate::__must_be!($hash: $crate::PasswordHash);

        #[cfg(target_arch = "wasm32")]
        mod portcullis_component {
            $crate::__world!("password-hash",);

            struct Component;

            impl Guest for Component {
                fn check(settings: String) -> Result<(), String> {
                    $crate::export::check_password_settings::<super::$hash>(&settings)
                }

                fn hash(password: String, salt: Vec<u8>, settings: String) -> Result<String, Refusal> {
                    $crate::export::hash_password::<super::$hash>(&password, &salt, &settings).map_err(|refusal| match refusal {
                        $crate::Refusal::TooLong => Refusal::TooLong,
                        $crate::Refusal::UnfitCharacters => Refusal::UnfitCharacters,
                        $crate::Refusal::UnfitSettings => Refusal::UnfitSettings,
                    })
                }
            }

            export!(Component);
        }
    };
}

/// Uses a type natively too, where there is nothing to export it to.
#[doc(hidden)]
#[macro_export]
macro_rules! __must_be {
    ($type:ident: $trait:path) => {
        #[cfg(not(target_arch = "wasm32"))]
        const _: fn() = || {
            fn implements<T: $trait>() {}
            implements::<$type>();
        };
    };
}
