//! A host that binds values of the component's own in every statement.
//!
//! A component that wraps [`prepare`](crate::prepare) and [`run`](crate::run) declares what it adds by [`with_input`], and hands it over by [`Giving`].

use portcullis_sdk::{
    Column, Database, DatabaseError, Execution, Host, Input, Level, Log, NamedValue, Output, ResultSet, Row, Settings,
};

/// The same settings with one more input, which nothing else is called: a column of the mapping may have that name.
pub fn with_input(settings: &Settings, name: &str) -> Settings {
    let mut settings = settings.clone();
    for input in &mut settings.inputs {
        input.aliases.retain(|alias| !alias.eq_ignore_ascii_case(name));
    }
    settings.inputs.insert(0, Input::new(name));
    settings
}

/// A host, and the values that each statement gets besides those that are passed with it.
pub struct Giving<'host, H> {
    pub host: &'host mut H,
    pub values: Vec<NamedValue>,
}

impl<H: Host> Giving<'_, H> {
    fn with(&self, values: &[NamedValue]) -> Vec<NamedValue> {
        self.values.iter().chain(values).cloned().collect()
    }
}

impl<H: Host> Database for Giving<'_, H> {
    fn query(&mut self, statement: &str, values: &[NamedValue]) -> Result<ResultSet, DatabaseError> {
        self.host.query(statement, &self.with(values))
    }

    fn execute(&mut self, statement: &str, values: &[NamedValue]) -> Result<Execution, DatabaseError> {
        self.host.execute(statement, &self.with(values))
    }
}

impl<H: Host> Output for Giving<'_, H> {
    fn forward(&mut self, statement: &str, values: &[NamedValue]) -> Result<u64, DatabaseError> {
        self.host.forward(statement, &self.with(values))
    }

    fn begin(&mut self, columns: &[Column]) {
        self.host.begin(columns);
    }

    fn emit(&mut self, rows: &[Row]) {
        self.host.emit(rows);
    }
}

impl<H: Host> Log for Giving<'_, H> {
    fn write(&mut self, level: Level, message: &str) {
        self.host.write(level, message);
    }
}

#[cfg(test)]
mod tests {
    use portcullis_sdk::{FakeDatabase, Recorded};

    use super::*;

    #[test]
    fn nothing_hides_an_input() {
        let column = Input {
            aliases: vec!["LOGIN".into(), "nick".into()],
            ..Input::new("nickName")
        };
        let settings = Settings {
            inputs: vec![column],
            ..Settings::default()
        };
        let with = with_input(&settings, "login");
        assert_eq!(with.input("Login").unwrap().name, "login");
        assert_eq!(with.input("nick").unwrap().name, "nickName");
    }

    #[test]
    fn its_values_come_with_the_statements() {
        let mut database = FakeDatabase::new().affecting("main", 1);
        let mut giving = Giving {
            host: &mut database,
            values: vec![NamedValue::new("login", "ada")],
        };
        giving.execute("main", &[NamedValue::new("id", 7)]).unwrap();
        let both = vec![NamedValue::new("login", "ada"), NamedValue::new("id", 7)];
        assert_eq!(database.recorded(), [Recorded::Execute("main".into(), both)]);
    }
}
