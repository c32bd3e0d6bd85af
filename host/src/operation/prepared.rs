//! An operation that is ready to run: its component, its plan, and the statements derived from it so far.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    desk::{Desk, Worker},
    output::{Kept, Output},
    problem::LoadProblem,
    rules::Rules,
    settings,
    shapes::Shapes,
    watch::{Failed, Watch},
};
use crate::{
    application::{Action, Location, Mode, Operation, OperationSettings},
    database::{Access, Plan, Predicate, Shape, Statement, visible},
    plugin::{Capability, OperationPlugin},
    replay::{Called, Planned, Preparation},
    sandbox::{CallFailure, OperationComponent, Permit, Problem, Sandbox},
};

/// Problems of one operation that are told.
const PROBLEMS: usize = 100;
/// Characters of a plugin's words that are told at once.
const WORDS: usize = 1000;

/// The statement that an operation's call is about unless it is a derived one.
pub const MAIN: &str = "main";
/// What every derived statement is called.
const REFINED: &str = "refined";

/// An operation of one application.
pub struct Prepared {
    pub operation: Operation,
    pub component: Arc<OperationComponent>,
    pub plan: Arc<Plan>,
    pub location: Location,
    /// What the administrator wrote for each statement of the plan, in its order; empty where there is one.
    pub steps: Vec<Written>,
    /// Who says which columns an update sets.
    pub assignment: Assignment,
    pub dynamic: Dynamic,
    pub watch: Watch,
    /// What the component was prepared with, as JSON text.
    settings: String,
    rules: Rules,
    refined: Shapes,
}

/// One of several statements, as far as messages need it.
pub struct Written {
    pub name: String,
    /// Where its text stands.
    pub location: Location,
    /// The columns that later ones may name.
    pub returns: Vec<String>,
}

/// Who says which columns an operation sets that updates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignment {
    /// The statement, which is the administrator's or a plugin's.
    Written,
    /// Each request: the statement is made for the attributes that it changes.
    Changed,
}

/// Whether a component runs statements besides those of its plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dynamic {
    No,
    Yes,
}

impl Prepared {
    /// Has the component say its plan, and holds the plan to what the operation may do.
    pub async fn load(
        sandbox: &Sandbox,
        plugin: &OperationPlugin<'_>,
        operation: Operation,
        configured: &OperationSettings,
        context: &settings::Context<'_>,
        mut watch: Watch,
    ) -> Result<Self, Vec<LoadProblem>> {
        let location = &configured.location;
        let component = plugin.component.clone();
        let fit = plugin.terms.of(component.name());
        if let Some(fit) = fit {
            let own = settings::own(configured, context);
            fit.operation(operation, &own).map_err(|unfit| {
                let remedy = unfit.remedy.unwrap_or_else(|| "name another plugin".to_owned());
                vec![LoadProblem::new(location, unfit.message, remedy)]
            })?;
        }
        let settings = settings::json(operation, configured, context);
        let failed = |failure: CallFailure| {
            vec![LoadProblem::new(
                location,
                failure.to_string(),
                "mend the plugin, or configure another one",
            )]
        };
        let permit = sandbox.place_for_loading().await.map_err(failed)?;
        let worker = Worker {
            application: context.application.into(),
            operation: operation.name(),
            plugin: component.name().into(),
            request: "load".into(),
        };
        let services = watch.services(unconnected(worker, operation));
        let answer = component.prepare(&permit, services, operation.name(), &settings).await;
        drop(permit);
        let mut plan = match answer.result {
            Err(failure) => {
                let of_call = Failed {
                    failure: &failure,
                    request: "load",
                    called: Called::Prepare {
                        operation: operation.name().to_owned(),
                        settings,
                    },
                    secrets: Vec::new(),
                };
                // A program that goes no further because of this leaves the file behind all the same.
                if let (_, Some(made)) = watch.failed(answer.services, of_call) {
                    made.await.ok();
                }
                return Err(failed(failure));
            }
            Ok(Err(problems)) => {
                return Err(explained(configured, problems));
            }
            Ok(Ok(plan)) => plan,
        };
        let rules = Rules::of(operation, plugin.terms, context.kind);
        plan.statements
            .iter_mut()
            .for_each(|statement| statement.author = rules.author);
        rules.hold(&plan).map_err(|broken| {
            let remedy = broken.remedy(operation, component.name());
            vec![LoadProblem::new(location, broken.message, remedy)]
        })?;
        if let Some(fit) = fit {
            fit.plan(context.application, &location.key, &plan).map_err(|message| {
                let remedy = "approve it if that is what it shall do, or restore the settings that it was approved with";
                vec![LoadProblem::new(location, message, remedy)]
            })?;
        }
        watch.prepared(Preparation {
            settings: settings.clone(),
            plan: plan.statements.iter().map(Planned::from).collect(),
        });
        Ok(Self {
            operation,
            component,
            watch,
            plan: Arc::new(plan),
            location: location.clone(),
            steps: steps(configured),
            assignment: assignment(&configured.mode),
            settings,
            rules,
            dynamic: match plugin.terms.hold(Capability::DynamicSql) {
                true => Dynamic::Yes,
                false => Dynamic::No,
            },
            refined: Shapes::default(),
        })
    }

    /// Whether a statement of the plan has a parameter or a slot of this name.
    pub fn takes(&self, name: &str) -> bool {
        self.plan
            .statements
            .iter()
            .any(|statement| statement.names().any(|found| found == name))
    }

    /// The names of all parameters and slots.
    pub fn parameters(&self) -> BTreeSet<String> {
        let statements = self.plan.statements.iter();
        statements.flat_map(Statement::names).map(str::to_owned).collect()
    }

    /// The statement for a shape, derived by the component when the shape is first wanted.
    ///
    /// The inner error says why the component cannot derive it.
    pub async fn refine(
        &self,
        permit: &Permit,
        worker: &Worker,
        shape: &Shape,
    ) -> Result<Result<Arc<Statement>, String>, CallFailure> {
        if let Some(known) = self.refined.get(shape) {
            return Ok(known.clone());
        }
        let services = self.watch.services(unconnected(worker.clone(), self.operation));
        let answer = self
            .component
            .refine(permit, services, self.operation.name(), &self.settings, MAIN, shape)
            .await;
        let refined = answer.result.inspect_err(|failure| {
            let called = Called::Refine {
                operation: self.operation.name().to_owned(),
                settings: self.settings.clone(),
                statement: MAIN.to_owned(),
                shape: shape.clone(),
            };
            let of_call = Failed {
                failure,
                request: &worker.request,
                called,
                secrets: Vec::new(),
            };
            self.watch.failed(answer.services, of_call);
        });
        let derived = refined?.and_then(|statement| self.admit(statement, shape)).map(Arc::new);
        self.refined.keep(shape.clone(), derived.clone());
        Ok(derived)
    }

    /// A derived statement may only read, or be the update of less; and may have only parameters and slots of the original or of
    /// the shape.
    fn admit(&self, mut statement: Statement, shape: &Shape) -> Result<Statement, String> {
        let plugin = self.component.name();
        let known = match statement.access {
            Access::Read => self.parameters_in(shape),
            Access::Write => self.parameters_of_update(&statement, shape)?,
        };
        if let Some(unknown) = statement.names().find(|name| !known.contains(*name)) {
            let unknown = visible(unknown, WORDS);
            return Err(format!(
                "plugin {plugin} derived a statement with the unknown parameter `{unknown}`"
            ));
        }
        statement.name = REFINED.to_owned();
        statement.author = self.rules.author;
        self.rules
            .hold_derived(&statement, &self.plan)
            .map_err(|broken| format!("plugin {plugin} derived what it may not: {}", broken.message))?;
        Ok(statement)
    }

    /// What a statement of this shape may bind.
    fn parameters_in(&self, shape: &Shape) -> BTreeSet<String> {
        let mut known = self.parameters();
        known.extend(shape.filter.iter().filter_map(|predicate| match predicate {
            Predicate::Compare(comparison) => Some(comparison.parameter.clone()),
            _ => None,
        }));
        known.extend(["limit".to_owned(), "offset".to_owned()]);
        for list in &shape.lists {
            known.extend((1..=list.size).map(|n| format!("{}.{n}", list.parameter)));
        }
        known
    }

    /// What an update of less may bind: nothing but what the update of all does. It must change as many rows.
    fn parameters_of_update(&self, statement: &Statement, shape: &Shape) -> Result<BTreeSet<String>, String> {
        let plugin = self.component.name();
        let original = self.plan.statement(MAIN).filter(|original| original.access == Access::Write);
        let Some(original) = original.filter(|_| !shape.assign.is_empty() && self.operation.access() == Access::Write) else {
            return Err(format!("plugin {plugin} derived a statement that writes"));
        };
        if statement.effect != original.effect {
            return Err(format!(
                "plugin {plugin} derived a statement that changes {} where the original changes {}",
                statement.effect, original.effect
            ));
        }
        Ok(original.names().map(str::to_owned).collect())
    }
}

fn steps(configured: &OperationSettings) -> Vec<Written> {
    match &configured.mode {
        Mode::Steps(steps) if steps.len() > 1 => steps
            .iter()
            .map(|step| {
                let passage = configured.passage(&step.key);
                let location = passage.map_or(&configured.location, |passage| &passage.location);
                Written {
                    name: step.name.clone(),
                    location: location.clone(),
                    returns: step.returns.clone(),
                }
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn assignment(mode: &Mode) -> Assignment {
    match mode {
        Mode::Steps(steps) if steps.iter().any(|step| matches!(step.action, Action::Update { .. })) => Assignment::Changed,
        _ => Assignment::Written,
    }
}

/// A desk for calls that must not query.
pub fn unconnected(worker: Worker, operation: Operation) -> Desk {
    Desk {
        worker,
        plan: Arc::default(),
        refined: None,
        inputs: Vec::new(),
        secrets: Vec::new(),
        session: None,
        access: operation.access(),
        output: Output::new(Kept::Everything, None),
        doomed: None,
        last_error: None,
    }
}

/// The problems that a component found, up to a number.
fn explained(configured: &OperationSettings, problems: Vec<Problem>) -> Vec<LoadProblem> {
    let further = problems.len().saturating_sub(PROBLEMS);
    let told = problems.into_iter().take(PROBLEMS);
    let mut explained: Vec<LoadProblem> = told.map(|problem| explain(configured, problem)).collect();
    if further > 0 {
        let message = format!("there are {further} further problems");
        explained.push(LoadProblem::new(&configured.location, message, "mend these first"));
    }
    explained
}

/// A problem that a component found, at its place in the configuration.
fn explain(configured: &OperationSettings, problem: Problem) -> LoadProblem {
    let problem = match configured.mode {
        Mode::Steps(_) => problem,
        Mode::Plugin { .. } => Problem {
            key: visible(&problem.key, WORDS),
            message: visible(&problem.message, WORDS),
            remedy: visible(&problem.remedy, WORDS),
            ..problem
        },
    };
    let mut message = problem.message;
    let Some(passage) = configured.passage(&problem.key) else {
        let mut location = configured.location.clone();
        location.key = format!("{}.{}", configured.location.key, problem.key);
        return LoadProblem::new(&location, message, problem.remedy);
    };
    let mut location = passage.location.clone();
    if let (Some(offset), Some(text)) = (problem.offset, &passage.text) {
        let offset = offset as usize;
        location.line += text.get(..offset).unwrap_or(text).matches('\n').count();
        let rest = text.get(offset..).unwrap_or_default();
        let near: String = rest.chars().take_while(|c| *c != '\n').take(40).collect();
        if !near.is_empty() {
            message = format!("{message}, at `{near}`");
        }
    }
    LoadProblem::new(&location, message, problem.remedy)
}
