//! Runs a block.

use std::collections::HashMap;

use super::{
    Block, Call, Direction, Procedure, Procedures,
    block::{Argument, Given, Step},
    procedure::{Parameter, wrong},
};
use crate::{
    Failure, Type, Value,
    store::{Rows, Store},
};

pub(crate) const IN: u8 = 32;
pub(crate) const OUT: u8 = 16;

/// What a block left in its binds.
pub(crate) struct Results {
    pub(crate) values: Vec<Value>,
    pub(crate) cursors: HashMap<usize, Rows>,
    /// The rows that its changes affected.
    pub(crate) changed: u64,
}

impl Block {
    /// For each bind whether it goes in (32), out (16) or both.
    ///
    /// # Errors
    /// A procedure that it calls isn't there, or has other arguments.
    pub(crate) fn directions(&self, procedures: &Procedures, schema: &str) -> Result<Vec<u8>, Failure> {
        let mut directions = vec![0; self.binds.len()];
        let mut mark = |place: &usize, direction: u8| {
            if let Some(marked) = directions.get_mut(*place) {
                *marked |= direction;
            }
        };
        for step in &self.steps {
            match step {
                Step::Nothing | Step::Commit | Step::Rollback => {}
                Step::Assign { to, from } => {
                    mark(from, IN);
                    mark(to, OUT);
                }
                Step::Compute { to, binds, .. } => {
                    binds.iter().for_each(|place| mark(place, IN));
                    mark(to, OUT);
                }
                Step::Open { cursor, binds, .. } => {
                    binds.iter().for_each(|place| mark(place, IN));
                    mark(cursor, OUT);
                }
                Step::Change { binds, returned, .. } => {
                    binds.iter().for_each(|place| mark(place, IN));
                    returned.iter().for_each(|place| mark(place, OUT));
                }
                Step::Call { result, name, arguments } => {
                    let procedure = procedures.find(name, schema)?;
                    result.iter().for_each(|place| mark(place, OUT));
                    for (parameter, given) in matched(procedure, arguments, result.is_some())? {
                        if let Given::Bind(place) = given {
                            let direction = match parameter.direction {
                                Direction::In => IN,
                                Direction::Out => OUT,
                                Direction::InOut => IN | OUT,
                            };
                            mark(place, direction);
                        }
                    }
                }
            }
        }
        Ok(directions)
    }

    /// As a whole or not at all.
    ///
    /// # Errors
    /// A step failed.
    pub(crate) fn run(
        &self,
        store: &mut Store,
        procedures: &Procedures,
        schema: &str,
        values: Vec<Value>,
    ) -> Result<Results, Failure> {
        const START: &str = "ora block";
        let mut within = store.is_changing();
        if within {
            store.savepoint(START)?;
        }
        let mut results = Results {
            values,
            cursors: HashMap::new(),
            changed: 0,
        };
        for step in &self.steps {
            let done = self.step(step, store, procedures, schema, &mut results);
            if let Err(failure) = done.and_then(|()| store.broken().check()) {
                if within {
                    store.rollback_to(START)?
                } else {
                    store.rollback()?
                }
                return Err(failure);
            }
            within &= !matches!(step, Step::Commit | Step::Rollback);
        }
        if within {
            store.release(START)?;
        }
        Ok(results)
    }

    fn step(
        &self,
        step: &Step,
        store: &mut Store,
        procedures: &Procedures,
        schema: &str,
        results: &mut Results,
    ) -> Result<(), Failure> {
        let taken = |places: &[usize], values: &[Value]| -> Vec<Value> {
            let value = |place: &usize| values.get(*place).cloned().unwrap_or(Value::Null);
            places.iter().map(value).collect()
        };
        match step {
            Step::Nothing => {}
            Step::Commit => store.commit()?,
            Step::Rollback => store.rollback()?,
            Step::Assign { to, from } => {
                let value = results.values.get(*from).cloned().unwrap_or(Value::Null);
                results.set(*to, value);
            }
            Step::Compute { to, query, binds } => {
                let found = store.query(query, &taken(binds, &results.values))?;
                let value = found.rows.into_iter().flatten().next();
                results.set(*to, value.unwrap_or(Value::Null));
            }
            Step::Open { cursor, query, binds } => {
                let rows = store.query(query, &taken(binds, &results.values))?;
                results.cursors.insert(*cursor, rows);
            }
            Step::Change { change, binds, returned } => {
                let changed = store.change_rows(change, &taken(binds, &results.values))?;
                results.changed += changed.rows;
                if !returned.is_empty() && changed.returned.len() > 1 {
                    return Err(Failure::new(1422, "exact fetch returns more than requested number of rows"));
                }
                for (place, value) in returned.iter().zip(changed.returned.into_iter().flatten()) {
                    results.set(*place, value);
                }
            }
            Step::Call { result, name, arguments } => {
                let procedure = procedures.find(name, schema)?;
                call(procedure, procedures, (arguments, *result), store, schema, results)?;
            }
        }
        Ok(())
    }
}

impl Results {
    fn set(&mut self, place: usize, value: Value) {
        if let Some(kept) = self.values.get_mut(place) {
            *kept = value;
        }
    }
}

/// Each parameter with what a call gives for it.
fn matched<'p, 'a>(
    procedure: &'p Procedure,
    arguments: &'a [Argument],
    as_function: bool,
) -> Result<Vec<(&'p Parameter, &'a Given)>, Failure> {
    let mismatch = || {
        wrong(format_args!(
            "PLS-00306: wrong number or types of arguments in call to '{}'",
            procedure.name
        ))
    };
    if as_function != procedure.returns.is_some() {
        return Err(wrong(format_args!(
            "PLS-00221: '{}' is not a procedure or is undefined",
            procedure.name
        )));
    }
    let mut matched: Vec<(&Parameter, &Given)> = Vec::new();
    for (place, argument) in arguments.iter().enumerate() {
        let parameter = match &argument.name {
            Some(name) => procedure.parameters.iter().find(|parameter| parameter.name == *name),
            None => procedure.parameters.get(place),
        };
        let parameter = parameter.ok_or_else(mismatch)?;
        let twice = matched.iter().any(|(known, _)| known.name == parameter.name);
        let nowhere = parameter.direction != Direction::In && !matches!(argument.given, Given::Bind(_));
        if twice || nowhere {
            return Err(mismatch());
        }
        matched.push((parameter, &argument.given));
    }
    let given = |parameter: &Parameter| matched.iter().any(|(known, _)| known.name == parameter.name);
    if procedure
        .parameters
        .iter()
        .all(|parameter| parameter.optional || given(parameter))
    {
        Ok(matched)
    } else {
        Err(mismatch())
    }
}

fn call(
    procedure: &Procedure,
    procedures: &Procedures,
    (arguments, result): (&[Argument], Option<usize>),
    store: &mut Store,
    schema: &str,
    results: &mut Results,
) -> Result<(), Failure> {
    let matched = matched(procedure, arguments, result.is_some())?;
    let mut inputs = HashMap::new();
    for (parameter, given) in &matched {
        let value = match given {
            Given::Literal(value) => value.clone(),
            Given::Bind(place) => results.values.get(*place).cloned().unwrap_or(Value::Null),
        };
        if parameter.direction != Direction::Out {
            inputs.insert(parameter.name.clone(), value.into_type(parameter.kind)?);
        }
    }
    let outputs: HashMap<String, Value> = matched
        .iter()
        .filter(|(parameter, _)| parameter.direction == Direction::InOut)
        .filter_map(|(parameter, _)| {
            inputs
                .get(&parameter.name)
                .map(|value| (parameter.name.clone(), value.clone()))
        })
        .collect();
    let mut call = Call {
        store,
        procedures,
        schema,
        inputs,
        outputs,
        cursors: HashMap::new(),
        result: Value::Null,
        result_cursor: None,
    };
    (procedure.body)(&mut call)?;
    let Call {
        mut outputs,
        mut cursors,
        result: returned,
        result_cursor,
        ..
    } = call;
    for (parameter, given) in matched {
        let (Given::Bind(place), true) = (given, parameter.direction != Direction::In) else {
            continue;
        };
        if parameter.kind == Type::Cursor {
            if let Some(rows) = cursors.remove(&parameter.name) {
                results.cursors.insert(*place, rows);
            }
        } else {
            let value = outputs.remove(&parameter.name).unwrap_or(Value::Null);
            results.set(*place, value.into_type(parameter.kind)?);
        }
    }
    match (result, procedure.returns, result_cursor) {
        (Some(place), Some(Type::Cursor), Some(rows)) => {
            results.cursors.insert(place, rows);
        }
        (Some(place), Some(kind), _) => results.set(place, returned.into_type(kind)?),
        _ => {}
    }
    Ok(())
}
