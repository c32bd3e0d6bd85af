//! Runs a replay again.

use std::sync::Arc;

use super::{
    file::{Called, Planned, Replay, Way},
    outcome::{Ended, Outcome, Output},
    player::Player,
    value::read,
};
use crate::sandbox::{
    Answer, Call, Direction, Failure, Limits, LogLevel, OperationComponent, Permit, Readings, TransformComponent,
};

/// A component that can be called as the one was whose call was recorded.
#[derive(Clone)]
pub enum Linked {
    Operation(Arc<OperationComponent>),
    Transform(Arc<TransformComponent>),
}

impl Linked {
    /// Whether it can ask other hosts. What these answer is not recorded, and nobody may ask them a second time for a recording.
    pub fn asks_hosts(&self) -> bool {
        match self {
            Linked::Operation(component) => component.asks_hosts(),
            Linked::Transform(component) => component.asks_hosts(),
        }
    }

    /// The bounds of its calls.
    pub fn limits(&self) -> Limits {
        match self {
            Linked::Operation(component) => component.limits(),
            Linked::Transform(component) => component.limits(),
        }
    }
}

/// What came of a replay.
pub struct Replayed {
    pub outcome: Outcome,
    /// The component's lines in the log.
    pub lines: Vec<(LogLevel, String)>,
    /// What it asked for that was not asked when this was recorded.
    pub astray: Option<String>,
}

/// Calls the component as it was called, with the answers that it had.
///
/// # Errors
/// The component is of another world than the call.
pub async fn run(component: &Linked, permit: &Permit, replay: &Replay) -> Result<Replayed, String> {
    let player = Box::new(Player::new(replay.exchanges.clone(), replay.readings.clone().into()));
    Ok(match (component, replay.call.clone()) {
        (Linked::Operation(component), Called::Prepare { operation, settings }) => {
            let answer = component.prepare(permit, player, &operation, &settings).await;
            told(answer, |planned| match planned {
                Ok(plan) => format!("a plan of {} statements", plan.statements.len()),
                Err(problems) => format!("{} problems in the settings", problems.len()),
            })
        }
        (
            Linked::Operation(component),
            Called::Refine {
                operation,
                settings,
                statement,
                shape,
            },
        ) => {
            let answer = component
                .refine(permit, player, &operation, &settings, &statement, &shape)
                .await;
            told(answer, |refined| match refined {
                Ok(statement) => format!("the statement {}", statement.text),
                Err(reason) => format!("it cannot derive that: {reason}"),
            })
        }
        (
            Linked::Operation(component),
            Called::Run {
                operation,
                statement,
                request_id,
                inputs,
                changed,
                memo,
            },
        ) => {
            let call = Call {
                operation,
                statement,
                request_id,
                inputs: read(inputs),
                changed,
                memo,
            };
            let answer = component.run(permit, player, call).await;
            told(answer, |outcome| match outcome {
                Ok(outcome) => match &outcome.generated_id {
                    Some(id) => format!("done, with the new id {}", id.to_text().unwrap_or_default()),
                    None => "done".to_owned(),
                },
                Err(failure) => refusal(failure),
            })
        }
        (
            Linked::Transform(component),
            Called::Transform {
                direction,
                document,
                settings,
            },
        ) => {
            let direction = match direction {
                Way::ToApplication => Direction::ToApplication,
                Way::FromApplication => Direction::FromApplication,
            };
            let answer = component.transform(permit, player, direction, &document, &settings).await;
            told(answer, |given| match given {
                Ok(document) => document.clone(),
                Err(failure) => refusal(failure),
            })
        }
        (Linked::Operation(_), Called::Transform { .. }) => {
            return Err("the call is of a transform, and the component is none".to_owned());
        }
        (Linked::Transform(_), _) => return Err("the call is of an operation, and the component is a transform".to_owned()),
    })
}

/// Has another component than the recorded one make its plan of the same settings, since it may want another memo.
///
/// # Errors
/// It makes none.
pub async fn renew(component: &Linked, permit: &Permit, replay: &mut Replay) -> Result<(), String> {
    let (Linked::Operation(component), Called::Run { operation, memo, .. }, Some(prepared)) =
        (component, &mut replay.call, &mut replay.prepared)
    else {
        return Ok(());
    };
    let player = Box::new(Player::new(Vec::new(), Readings::default()));
    let answer = component.prepare(permit, player, operation, &prepared.settings).await;
    let plan = answer.result.map_err(|failure| failure.to_string())?.map_err(|problems| {
        let problems: Vec<String> = problems.into_iter().map(|problem| problem.message).collect();
        format!(
            "the component refuses the settings that were recorded: {}",
            problems.join("; ")
        )
    })?;
    prepared.plan = plan.statements.iter().map(Planned::from).collect();
    *memo = plan.memo;
    Ok(())
}

fn refusal(failure: &Failure) -> String {
    let Failure {
        status,
        scim_type,
        detail,
    } = failure;
    match scim_type {
        Some(scim_type) => format!("{status} {scim_type}: {detail}"),
        None => format!("{status}: {detail}"),
    }
}

fn told<T>(answer: Answer<T>, words: impl FnOnce(&T) -> String) -> Replayed {
    let player = answer.services.into_any().downcast::<Player>();
    let (output, lines, astray) = match player {
        Ok(player) => (player.output(), player.lines, player.astray),
        Err(_) => (Output::default(), Vec::new(), None),
    };
    let outcome = match &answer.result {
        Ok(answered) => Outcome {
            ended: Ended::Answered(words(answered)),
            frames: Vec::new(),
            stderr: String::new(),
            output,
        },
        Err(failure) => Outcome::failed(failure, output),
    };
    Replayed { outcome, lines, astray }
}
