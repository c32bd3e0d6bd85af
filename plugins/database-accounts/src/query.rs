//! A statement that reads, being written: text, and values with the placeholders of the server.

use portcullis_sdk::{Parameter, Statement};

use crate::settings::Product;

pub struct Query {
    product: Product,
    text: String,
    parameters: Vec<Parameter>,
}

impl Query {
    pub fn new(product: Product, text: &str) -> Self {
        Self {
            product,
            text: text.to_owned(),
            parameters: Vec::new(),
        }
    }

    /// Goes on with a text.
    pub fn then(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// A placeholder for the value of this name.
    pub fn value(mut self, name: &str) -> Self {
        self.parameters.push(Parameter::new(name));
        match self.product {
            Product::Postgresql => self.text.push_str(&format!("${}", self.parameters.len())),
            Product::Mariadb | Product::Mysql => self.text.push('?'),
        }
        self
    }

    /// `list` of so many values, which are called `list.1`, `list.2` and so on. Without any, a list in which nothing is.
    pub fn list(mut self, name: &str, size: usize) -> Self {
        self = self.then("(");
        for number in 1..=size {
            let separator = if number == 1 { "" } else { ", " };
            self = self.then(separator).value(&format!("{name}.{number}"));
        }
        self.then(if size == 0 { "NULL)" } else { ")" })
    }

    pub fn named(self, name: &str) -> Statement {
        Statement::read(name, self.text, self.parameters)
    }
}
