//! Functions of the database's own: their bodies stand where they are called.

use std::collections::HashMap;

use sqlparser::ast::{Expr, FunctionArg, FunctionArgExpr, ObjectName, TableFunctionArgs};

use super::{
    catalogue::{Function, Gives},
    compiler::{Compiler, Result},
    query::{Compiled, Place},
    typed::{Kind, Typed},
};
use crate::error::ServerError;

impl Compiler<'_> {
    /// `dbo.users(@P1)` in FROM.
    pub(super) fn rows_of(&self, name: &ObjectName, arguments: &TableFunctionArgs) -> Result<Compiled> {
        let function = self.own_function(name)?;
        let Gives::Rows(query) = &function.gives else {
            return Err(ServerError::no_object(&name.to_string()));
        };
        let arguments: Vec<&Expr> = arguments.args.iter().filter_map(expression).collect();
        self.inside_of(function, &arguments, || self.query(query, Place::Table))
    }

    /// `dbo.next_id(@P1)`, which needs its schema's name.
    pub(super) fn value_of(&self, name: &ObjectName, arguments: &[&Expr]) -> Result<Typed> {
        let function = self.own_function(name)?;
        let Gives::Value(of, body) = &function.gives else {
            return Err(ServerError::no_object(&name.to_string()));
        };
        self.inside_of(function, arguments, || {
            let value = self.value(body)?;
            let value = self.coerced(value, *of, "cast")?;
            Ok(Typed {
                sql: format!("({})", value.sql),
                kind: Kind::Known(*of),
                nullable: true,
                constant: false,
                ..value.derived()
            })
        })
    }

    fn own_function(&self, name: &ObjectName) -> Result<&Function> {
        let bare = self.object(name)?;
        let found = self.catalogue.function(&bare);
        found.ok_or_else(|| {
            ServerError::new(
                4121,
                16,
                format!("Cannot find the user-defined function \"{name}\", or the name is ambiguous."),
            )
        })
    }

    /// Reads something in which nothing has a name but the function's parameters.
    fn inside_of<T>(&self, function: &Function, arguments: &[&Expr], read: impl FnOnce() -> Result<T>) -> Result<T> {
        if self.within.borrow().len() >= 32 {
            let message = "Maximum stored procedure, function, trigger, or view nesting level exceeded (limit 32).";
            return Err(ServerError::new(217, 16, message));
        }
        if arguments.len() != function.parameters.len() {
            let few = arguments.len() < function.parameters.len();
            let (number, what) = if few {
                (313, "insufficient number of")
            } else {
                (8144, "too many")
            };
            let message = format!(
                "An {what} arguments were supplied for the procedure or function {}.",
                function.name
            );
            return Err(ServerError::new(number, 16, message));
        }
        let mut parameters = HashMap::new();
        for (argument, parameter) in arguments.iter().zip(&function.parameters) {
            let value = self.of_type(self.value(argument)?, parameter.of);
            let value = self.coerced(value, parameter.of, "cast")?;
            let value = Typed {
                kind: Kind::Known(parameter.of),
                nullable: true,
                ..value.derived()
            };
            parameters.insert(parameter.name.to_lowercase(), value);
        }
        let scopes = self.scopes.take();
        let bare = self.bare.take();
        self.within.borrow_mut().push(parameters);
        let done = read();
        self.within.borrow_mut().pop();
        self.bare.replace(bare);
        self.scopes.replace(scopes);
        done
    }
}

fn expression(argument: &FunctionArg) -> Option<&Expr> {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expression)) => Some(expression),
        _ => None,
    }
}
