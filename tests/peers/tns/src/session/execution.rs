//! Statements executed, and rows fetched.

use std::sync::Arc;

use super::{
    Answer, Session,
    answer::End,
    cursors::Open,
    describe,
    execute::{BindType, Execute, flag, option},
    statement::{Statement, Work},
};
use crate::{
    Failure, Type, Value,
    plsql::{OUT, Results, is_source},
    record::{Bound, Request},
    store::Store,
    wire::{Writer, write_value},
};

const DIRECTIONS: u8 = 11;

impl Session {
    pub(super) fn fetch(&mut self, cursor: u32, rows: u32) -> Answer {
        self.record(Request::Fetched { rows });
        let mut answer = Writer::default();
        match self.fetched(cursor, rows, &mut answer) {
            Ok(()) => Answer::Send(answer.into_bytes()),
            Err(failure) => Answer::Send(self.refused(&failure)),
        }
    }

    pub(super) fn execute(&mut self, message: Execute) -> Answer {
        let mut number = message.cursor;
        let opened = match &message.statement {
            Some(statement) => match self.open(statement) {
                Ok(opened) => {
                    number = opened;
                    statement.clone()
                }
                Err(failure) => return Answer::Send(self.refused(&failure)),
            },
            None => match self.cursors.get(number).map(|open| open.statement.clone()) {
                Some(Some(statement)) => statement,
                // A cursor that a procedure opened is fetched from, and nothing else.
                Some(None) => {
                    if let (Some(defines), Ok(open)) = (message.defines, self.cursors.get_mut(number)) {
                        open.defines = defines;
                    }
                    return self.fetch(number, message.rows);
                }
                None => return Answer::Send(self.refused(&Failure::new(1001, "invalid cursor"))),
            },
        };
        if let Some(defines) = &message.defines {
            match self.cursors.get_mut(number) {
                Ok(open) => open.defines.clone_from(defines),
                Err(failure) => return Answer::Send(self.refused(&failure)),
            }
        }
        if message.options & option::EXECUTE == 0 && message.options & option::DESCRIBE == 0 && message.statement.is_none() {
            return self.fetch(number, message.rows);
        }
        let executes = message.options & option::EXECUTE != 0;
        self.record(if executes {
            Request::Executed {
                text: opened.text.clone(),
                executions: self.bound(number, &message),
            }
        } else {
            Request::Described {
                text: opened.text.clone(),
            }
        });
        if executes && let Some(answer) = self.faulted(&opened.text) {
            return answer;
        }
        let mut answer = Writer::default();
        let mut end = End {
            cursor: number,
            ..self.end()
        };
        let done = self.executed(number, &opened, message, &mut answer, &mut end);
        end.in_transaction = self.end().in_transaction;
        match done {
            Ok(true) => {}
            Ok(false) => end.well(&mut answer),
            Err(failure) => {
                let mut refusal = Writer::default();
                end.badly(&mut refusal, &failure);
                return Answer::Send(refusal.into_bytes());
            }
        }
        Answer::Send(answer.into_bytes())
    }

    /// # Errors
    /// What is wrong with the statement.
    fn open(&mut self, statement: &Arc<Statement>) -> Result<u32, Failure> {
        if let Err(failure) = &statement.work {
            self.record(Request::Executed {
                text: statement.text.clone(),
                executions: Vec::new(),
            });
            return Err(failure.clone());
        }
        self.cursors.add(Open::of(statement.clone()))
    }

    fn bound(&self, number: u32, message: &Execute) -> Vec<Vec<Bound>> {
        let known = self.cursors.get(number).map(|open| open.binds.as_slice());
        let types = message.binds.as_deref().or(known).unwrap_or_default();
        let bound = |(bind, value): (&BindType, &Option<Value>)| Bound {
            kind: bind.kind,
            size: bind.size,
            value: value.clone(),
        };
        let execution = |values: &Vec<Option<Value>>| types.iter().zip(values).map(bound).collect();
        message.executions.iter().map(execution).collect()
    }

    /// Whether the answer has its end already.
    fn executed(
        &mut self,
        number: u32,
        statement: &Statement,
        message: Execute,
        answer: &mut Writer,
        end: &mut End,
    ) -> Result<bool, Failure> {
        let work = statement.work.clone()?;
        if message.options & option::BATCH_ERRORS != 0 || message.flags & (flag::SCROLLABLE | flag::ROW_COUNTS) != 0 {
            return Err(Failure::unsupported("errors of a batch, counts of a batch and scrolling"));
        }
        if message.binds.iter().flatten().any(|bind| bind.array) {
            return Err(Failure::unsupported("arrays of PL/SQL"));
        }
        if let Some(binds) = message.binds {
            self.cursors.get_mut(number)?.binds = binds;
        }
        if message.options & option::EXECUTE == 0 {
            return self.described(number, &work, answer).map(|()| false);
        }
        let binds = self.cursors.get_mut(number)?.binds.clone();
        let wanted = statement.binds.unwrap_or(0);
        if binds.len() != wanted {
            let code = if binds.len() < wanted {
                (1008, "not all variables bound")
            } else {
                (1036, "illegal variable name/number")
            };
            return Err(Failure::new(code.0, code.1));
        }
        let commits = message.options & option::COMMIT != 0;
        let executions = message.executions.into_iter().map(|values| {
            let value = |value: Option<Value>| value.unwrap_or(Value::Null);
            values.into_iter().map(value).collect::<Vec<_>>()
        });
        let ended = match &work {
            Work::Query(query) => {
                let values: Vec<Value> = executions.into_iter().next().unwrap_or_default();
                let found = self.store()?.query(query, &values)?;
                let open = self.cursors.get_mut(number)?;
                open.found(found);
                if !open.described {
                    open.described = true;
                    describe::message(answer, &open.columns);
                }
                if message.options & option::FETCH != 0 && !open.wants_defines() {
                    self.fetched(number, message.rows, answer)?;
                    return Ok(true);
                }
                false
            }
            Work::Change(change) => {
                let taken = change.binds.len();
                for mut values in executions {
                    values.truncate(taken);
                    let changed = self.store()?.change_rows(change, &values)?;
                    end.rows += changed.rows;
                    if !change.returned.is_empty() {
                        returned(answer, binds.get(taken..).unwrap_or_default(), &changed.returned)?;
                    }
                }
                false
            }
            Work::Block(block) => {
                let (procedures, schema) = (self.procedures(), self.context.database.schema().to_owned());
                let directions = block.directions(&procedures, &schema)?;
                self.cursors.get_mut(number)?.directions = directions.clone();
                let many = directions.len();
                answer
                    .byte(DIRECTIONS)
                    .byte(0)
                    .integer(many % 256)
                    .integer(many / 256)
                    .integer(1_u8);
                answer.zeros(3).raw(&directions);
                for values in executions {
                    let results = block.run(self.store()?, &procedures, &schema, values)?;
                    end.rows += results.changed;
                    self.received(answer, &binds, &directions, results)?;
                }
                false
            }
            other => self.session_work(other).map(|()| false)?,
        };
        if commits {
            self.transaction(Store::commit)?;
        }
        Ok(ended)
    }

    fn session_work(&mut self, work: &Work) -> Result<(), Failure> {
        let store = self.store()?;
        match work {
            Work::Define(tokens) if is_source(tokens) => {
                store.may_define()?;
                store.commit()?;
                self.context.make(tokens)
            }
            Work::Define(tokens) => store.define(tokens),
            Work::Set(settings) => store.set(settings),
            Work::ReadOnly => store.read_only(),
            Work::Commit => store.commit(),
            Work::Rollback => store.rollback(),
            Work::Savepoint(name) => store.savepoint(name),
            Work::RollbackTo(name) => store.rollback_to(name),
            Work::Nothing | Work::Query(_) | Work::Change(_) | Work::Block(_) => Ok(()),
        }
    }

    fn described(&mut self, number: u32, work: &Work, answer: &mut Writer) -> Result<(), Failure> {
        match work {
            Work::Query(query) => {
                let columns = self.store()?.describe(query)?;
                let open = self.cursors.get_mut(number)?;
                open.columns = columns;
                open.described = true;
                describe::message(answer, &open.columns);
                Ok(())
            }
            Work::Change(change) => self.store()?.compile(change),
            Work::Block(block) => block.directions(&self.procedures(), self.context.database.schema()).map(drop),
            _ => Ok(()),
        }
    }

    /// Rows, and the end of the answer.
    fn fetched(&mut self, number: u32, most: u32, answer: &mut Writer) -> Result<(), Failure> {
        let in_transaction = self.end().in_transaction;
        let open = self.cursors.get_mut(number)?;
        let (rows, last) = open.take(most);
        describe::rows(answer, &open.kinds(), &rows)?;
        let end = End {
            in_transaction,
            cursor: number,
            rows: open.fetched,
        };
        if last {
            end.exhausted(answer);
        } else {
            end.well(answer);
        }
        Ok(())
    }

    /// What goes out of a block.
    fn received(
        &mut self,
        answer: &mut Writer,
        binds: &[BindType],
        directions: &[u8],
        mut results: Results,
    ) -> Result<(), Failure> {
        if !directions.iter().any(|direction| direction & OUT != 0) {
            return Ok(());
        }
        answer.byte(describe::ROW);
        for (place, (bind, direction)) in binds.iter().zip(directions).enumerate() {
            if direction & OUT == 0 {
                continue;
            }
            if bind.kind == Type::Cursor {
                let rows = results.cursors.remove(&place);
                let open = Open::with(rows.unwrap_or_default());
                answer.byte(1);
                describe::description(answer, &open.columns);
                let number = self.cursors.add(open)?;
                answer.integer(number).integer(0_u8);
                continue;
            }
            if results.cursors.contains_key(&place) {
                return Err(Failure::new(932, "inconsistent datatypes: expected a cursor"));
            }
            let value = results.values.get(place).cloned().unwrap_or(Value::Null);
            out(answer, value, bind)?;
        }
        Ok(())
    }

    fn store(&mut self) -> Result<&mut Store, Failure> {
        self.store.as_mut().ok_or_else(|| Failure::new(1012, "not logged on"))
    }
}

/// A value that goes out, and that it is whole.
fn out(answer: &mut Writer, value: Value, bind: &BindType) -> Result<(), Failure> {
    let value = value.into_type(bind.kind)?;
    let length = match &value {
        Value::Text(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        _ => 0,
    };
    if usize::try_from(bind.size).is_ok_and(|size| length > size) {
        return Err(Failure::new(
            6502,
            "PL/SQL: numeric or value error: character string buffer too small",
        ));
    }
    write_value(answer, &value, bind.kind)?;
    if value == Value::Null && bind.kind == Type::Boolean {
        answer.raw(&[0x81, 1]);
    } else {
        answer.integer(0_u8);
    }
    Ok(())
}

/// What `RETURNING` gave: for each bind a list with a value for each row.
fn returned(answer: &mut Writer, binds: &[BindType], rows: &[Vec<Value>]) -> Result<(), Failure> {
    answer.byte(describe::ROW);
    for (place, bind) in binds.iter().enumerate() {
        answer.integer(rows.len());
        for row in rows {
            out(answer, row.get(place).cloned().unwrap_or(Value::Null), bind)?;
        }
    }
    Ok(())
}
