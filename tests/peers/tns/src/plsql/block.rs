//! What a block does, step by step.

use crate::{
    Decimal, Failure, Value,
    sql::{Cursor, Token, Translated, Verb, translate},
};

use super::procedure::wrong;

/// The bind that takes what a function returns; nobody can write it.
pub(super) const RESULT: &str = "(result)";

#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// A bind for each name, in the order in which names come first.
    pub(crate) binds: Vec<String>,
    pub(super) steps: Vec<Step>,
}

#[derive(Clone, Debug)]
pub(super) enum Step {
    Nothing,
    Commit,
    Rollback,
    /// `:a := :b`
    Assign {
        to: usize,
        from: usize,
    },
    /// `:a := expression`, asked as a query.
    Compute {
        to: usize,
        query: Translated,
        binds: Vec<usize>,
    },
    Call {
        /// The bind that takes what a function returns.
        result: Option<usize>,
        name: String,
        arguments: Vec<Argument>,
    },
    Open {
        cursor: usize,
        query: Translated,
        binds: Vec<usize>,
    },
    Change {
        change: Translated,
        binds: Vec<usize>,
        returned: Vec<usize>,
    },
}

#[derive(Clone, Debug)]
pub(super) struct Argument {
    /// `name => …`
    pub(super) name: Option<String>,
    pub(super) given: Given,
}

#[derive(Clone, Debug)]
pub(super) enum Given {
    Bind(usize),
    Literal(Value),
}

impl Block {
    /// # Errors
    /// ORA-06550 for what is no PL/SQL, ORA-03001 for what this peer doesn't understand.
    pub(crate) fn read(tokens: &[Token], schema: &str) -> Result<Self, Failure> {
        let mut block = Self {
            binds: Vec::new(),
            steps: Vec::new(),
        };
        for token in tokens {
            if let Token::Bind(name) = token
                && !block.binds.contains(name)
            {
                block.binds.push(name.clone());
            }
        }
        let mut cursor = Cursor::new(tokens);
        if cursor.eat(&["CALL"]) {
            let step = block.called(&mut cursor)?;
            block.steps.push(step);
            return if cursor.is_empty() {
                Ok(block)
            } else {
                Err(Failure::new(933, "SQL command not properly ended"))
            };
        }
        if !cursor.eat(&["BEGIN"]) {
            return Err(Failure::unsupported("DECLARE"));
        }
        while cursor.peek().is_some_and(|token| !token.is_word("END")) {
            let step = cursor.until(&[";"]);
            let step = block.read_step(step, schema)?;
            block.steps.push(step);
            cursor.expect(";").map_err(|_| unexpected("end-of-file"))?;
        }
        if !cursor.eat(&["END", ";"]) || !cursor.is_empty() || block.steps.is_empty() {
            return Err(unexpected(if block.steps.is_empty() { "END" } else { "end-of-file" }));
        }
        Ok(block)
    }

    fn bind(&self, name: &str) -> usize {
        self.binds.iter().position(|own| own == name).unwrap_or(0)
    }

    fn read_step(&self, tokens: &[Token], schema: &str) -> Result<Step, Failure> {
        let mut cursor = Cursor::new(tokens);
        let places = |names: &[String]| names.iter().map(|name| self.bind(name)).collect();
        match cursor.peek() {
            Some(Token::Bind(name)) => {
                cursor.next();
                cursor.expect(":=").map_err(|_| unexpected(name))?;
                if let [Token::Bind(from)] = cursor.rest() {
                    return Ok(Step::Assign {
                        to: self.bind(name),
                        from: self.bind(from),
                    });
                }
                if computes(cursor.rest()) {
                    let query = asked(cursor.rest(), schema)?;
                    return Ok(Step::Compute {
                        to: self.bind(name),
                        binds: places(&query.binds),
                        query,
                    });
                }
                let called = self.named(&mut cursor, Some(self.bind(name)))?;
                ended(&cursor, called)
            }
            Some(Token::Word(word)) => match word.as_str() {
                "NULL" if tokens.len() == 1 => Ok(Step::Nothing),
                "COMMIT" if tokens.len() == 1 => Ok(Step::Commit),
                "ROLLBACK" if tokens.len() == 1 => Ok(Step::Rollback),
                "OPEN" => {
                    cursor.next();
                    let Some(Token::Bind(name)) = cursor.next() else {
                        return Err(Failure::unsupported("OPEN of a cursor that is not bound"));
                    };
                    cursor.expect("FOR").map_err(|_| unexpected("OPEN"))?;
                    let query = translate(cursor.rest(), schema)?;
                    if query.verb != Verb::Select {
                        return Err(unexpected("FOR"));
                    }
                    Ok(Step::Open {
                        cursor: self.bind(name),
                        binds: places(&query.binds),
                        query,
                    })
                }
                "INSERT" | "UPDATE" | "DELETE" => {
                    let change = translate(tokens, schema)?;
                    Ok(Step::Change {
                        binds: places(&change.binds),
                        returned: places(&change.returned),
                        change,
                    })
                }
                "BEGIN" | "DECLARE" | "IF" | "FOR" | "LOOP" | "WHILE" | "SELECT" | "RAISE" | "EXECUTE" | "MERGE"
                | "EXCEPTION" => Err(Failure::unsupported(format_args!("{word} in PL/SQL"))),
                _ => {
                    let called = self.named(&mut cursor, None)?;
                    ended(&cursor, called)
                }
            },
            _ => {
                let called = self.named(&mut cursor, None)?;
                ended(&cursor, called)
            }
        }
    }

    /// `CALL name(…) INTO :result`.
    fn called(&self, cursor: &mut Cursor<'_>) -> Result<Step, Failure> {
        let called = self.named(cursor, None)?;
        if !cursor.eat(&["INTO"]) {
            return Ok(called);
        }
        match (cursor.next(), called) {
            (Some(Token::Bind(bind)), Step::Call { name, arguments, .. }) => Ok(Step::Call {
                result: Some(self.bind(bind)),
                name,
                arguments,
            }),
            _ => Err(Failure::new(936, "missing expression")),
        }
    }

    fn named(&self, cursor: &mut Cursor<'_>, result: Option<usize>) -> Result<Step, Failure> {
        let mut name = cursor.name().map_err(|_| unexpected("symbol"))?;
        while cursor.eat(&["."]) {
            let next = cursor.name().map_err(|_| unexpected("."))?;
            name = format!("{name}.{next}");
        }
        let mut arguments = Vec::new();
        if cursor.peek().is_some_and(|token| token.is("(")) {
            let mut inside = Cursor::new(cursor.brackets()?);
            while !inside.is_empty() {
                let argument = inside.until(&[","]);
                inside.next();
                arguments.push(self.argument(argument)?);
            }
        }
        Ok(Step::Call { result, name, arguments })
    }

    fn argument(&self, tokens: &[Token]) -> Result<Argument, Failure> {
        let (name, given) = match tokens {
            [name, arrow, given @ ..] if arrow.is("=>") => (name.name().map(str::to_owned), given),
            given => (None, given),
        };
        let given = match given {
            [Token::Bind(name)] => Given::Bind(self.bind(name)),
            [Token::Text(text)] if text.is_empty() => Given::Literal(Value::Null),
            [Token::Text(text)] => Given::Literal(Value::text(text.as_str())),
            [Token::Number(number)] => Given::Literal(decimal(number, "")?),
            [minus, Token::Number(number)] if minus.is("-") => Given::Literal(decimal(number, "-")?),
            [Token::Word(package), dot, Token::Word(name)] if package == "DBMS_SESSION" && dot.is(".") => match name.as_str() {
                "FREE_ALL_RESOURCES" => Given::Literal(Value::from(1)),
                "REINITIALIZE" => Given::Literal(Value::from(2)),
                _ => return Err(Failure::unsupported(format_args!("{package}.{name}"))),
            },
            [Token::Word(word)] if word == "NULL" => Given::Literal(Value::Null),
            [Token::Word(word)] if word == "TRUE" || word == "FALSE" => Given::Literal(Value::Boolean(word == "TRUE")),
            _ => return Err(Failure::unsupported("an argument that is neither a bind nor a literal")),
        };
        Ok(Argument { name, given })
    }
}

fn decimal(digits: &str, sign: &str) -> Result<Value, Failure> {
    Decimal::parse(&format!("{sign}{digits}"))
        .map(Value::Number)
        .ok_or_else(|| unexpected(digits))
}

/// Whether it is an expression, and no call of a function.
fn computes(tokens: &[Token]) -> bool {
    match tokens {
        [Token::Word(word), ..] => word == "CASE" || word == "NULL",
        [Token::Bind(_), _, ..] | [Token::Text(_) | Token::Number(_), ..] => true,
        _ => false,
    }
}

fn asked(expression: &[Token], schema: &str) -> Result<Translated, Failure> {
    let word = |word: &str| Token::Word(word.to_owned());
    let tokens = [&[word("SELECT")], expression, &[word("FROM"), word("DUAL")]].concat();
    translate(&tokens, schema)
}

fn ended(cursor: &Cursor<'_>, step: Step) -> Result<Step, Failure> {
    if cursor.peek().is_some_and(|token| token.is_word("END")) {
        return Err(unexpected("END"));
    }
    if cursor.is_empty() {
        Ok(step)
    } else {
        Err(Failure::unsupported("this statement of PL/SQL"))
    }
}

fn unexpected(symbol: &str) -> Failure {
    wrong(format_args!("PLS-00103: Encountered the symbol \"{symbol}\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::read;

    fn block(text: &str) -> Result<Block, Failure> {
        Block::read(&read(text)?, "HR")
    }

    #[test]
    fn calls_are_read() {
        let read = block("BEGIN hr.rename(p_id => :1, p_name => 'x'); :out := f(:1, -2); COMMIT; END;").unwrap();
        assert_eq!(read.binds, ["1", "OUT"]);
        assert!(matches!(
            read.steps.as_slice(),
            [
                Step::Call { result: None, .. },
                Step::Call { result: Some(1), .. },
                Step::Commit
            ]
        ));
        assert!(matches!(
            block("CALL f(:1) INTO :2").unwrap().steps.as_slice(),
            [Step::Call { result: Some(1), .. }]
        ));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for (text, code) in [
            ("BEGIN f(:1) END;", 6550),
            ("BEGIN f(:1);", 6550),
            ("BEGIN END;", 6550),
            ("BEGIN f(:1 + 1); END;", 3001),
            ("BEGIN IF 1 = 1 THEN NULL; END IF; END;", 3001),
            ("DECLARE x NUMBER; BEGIN NULL; END;", 3001),
        ] {
            assert_eq!(block(text).unwrap_err().code, code, "{text}");
        }
    }
}
