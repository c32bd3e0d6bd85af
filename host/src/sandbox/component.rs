//! A component that was compiled and linked with what it may import, and the calls of its exports.
//!
//! Every call has a fresh store and instance. The services that a call's imports reach go in with the call and come back
//! with its answer, whatever that is: a transaction survives the failure of the component that used it, and is rolled back
//! by its owner.

use std::{collections::BTreeSet, sync::Arc};

use anyhow::Context as _;
use wasmtime::{
    Engine, Store,
    component::{Component as Compiled, ComponentExportIndex, TypedFunc, types::ComponentItem},
};

use super::{
    Call, Direction, Failure, Limits, Outcome, Problem, Services,
    bindings::{
        operation::{DynamicOperationPre, portcullis::plugin as interfaces},
        transform::TransformPre,
    },
    engine::Shared,
    failure::{self, CallFailure, Cause, HANDLES, Report},
    linker::{Interface, linker},
    state::State,
    usage::{Bounds, EndedCall, Timed, Usage, within},
};
use crate::{
    database::{Plan, Shape, Statement},
    outbound::Access,
};

/// The package of `wit/`.
const CONTRACT: &str = "portcullis:plugin/";

/// A place for one call at a time; held for a whole request, so that its calls don't wait for each other's places.
pub struct Permit {
    _permit: tokio::sync::OwnedSemaphorePermit,
}

/// A compiled component, not yet linked. [`Loaded::imports`] is what an admission looks at.
pub struct Loaded {
    name: String,
    compiled: Compiled,
    shared: Shared,
    limits: Limits,
    access: Option<Arc<Access>>,
}

impl Loaded {
    pub(super) fn compile(shared: &Shared, name: &str, bytes: &[u8], limits: Limits) -> anyhow::Result<Self> {
        let compiled = Compiled::from_binary(&shared.engine, bytes)?;
        Ok(Self {
            name: name.to_owned(),
            compiled,
            shared: shared.clone(),
            limits,
            access: None,
        })
    }

    /// The same, whose requests over HTTP go to these hosts. Without that all are denied.
    pub fn reaching(self, access: Access) -> Self {
        Self {
            access: Some(Arc::new(access)),
            ..self
        }
    }

    /// What the component imports, as it names it, for example `portcullis:plugin/log@0.1.0`. Types alone don't count, unless they are
    /// of the contract itself, whose version says what the component was written against.
    pub fn imports(&self) -> Vec<String> {
        let engine: &Engine = &self.shared.engine;
        let component = self.compiled.component_type();
        let imports = component.imports(engine).filter(|(name, import)| match &import.ty {
            ComponentItem::Type(_) => false,
            ComponentItem::ComponentInstance(instance) => {
                let mut exports = instance.exports(engine);
                let only_types = exports.len() > 0 && exports.all(|(_, export)| matches!(export.ty, ComponentItem::Type(_)));
                name.starts_with(CONTRACT) || !only_types
            }
            _ => true,
        });
        imports.map(|(name, _)| name.to_owned()).collect()
    }

    /// What the component exports, as it names it. Types alone don't count.
    pub fn exports(&self) -> Vec<String> {
        let component = self.compiled.component_type();
        let exports = component
            .exports(&self.shared.engine)
            .filter(|(_, export)| !matches!(export.ty, ComponentItem::Type(_)));
        exports.map(|(name, _)| name.to_owned()).collect()
    }

    /// Links an operation with these interfaces and nothing else.
    ///
    /// # Errors
    /// The component imports something else, or does not export what the world `operation` does.
    pub fn operation(&self, interfaces: &BTreeSet<Interface>) -> anyhow::Result<OperationComponent> {
        let linker = linker(&self.shared.engine, interfaces)?;
        let pre = DynamicOperationPre::new(linker.instantiate_pre(&self.compiled)?)?;
        let run = self.compiled.get_export_index(None, "run");
        Ok(OperationComponent {
            pre,
            run: run.context("it exports no function `run`")?,
            base: self.base(),
        })
    }

    /// Links a transform with these interfaces and nothing else.
    ///
    /// # Errors
    /// The component imports something else, or does not export what the world `transform` does.
    pub fn transform(&self, interfaces: &BTreeSet<Interface>) -> anyhow::Result<TransformComponent> {
        let linker = linker(&self.shared.engine, interfaces)?;
        let pre = TransformPre::new(linker.instantiate_pre(&self.compiled)?)?;
        Ok(TransformComponent { pre, base: self.base() })
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.shared.engine
    }

    pub(super) fn compiled(&self) -> &Compiled {
        &self.compiled
    }

    pub(super) fn base(&self) -> Base {
        Base {
            name: self.name.clone(),
            shared: self.shared.clone(),
            limits: self.limits,
            access: self.access.clone(),
        }
    }
}

/// A component of the world `operation` or `dynamic-operation`.
pub struct OperationComponent {
    pre: DynamicOperationPre<State>,
    run: ComponentExportIndex,
    base: Base,
}

/// The export `run`.
type Run<'c> = TypedFunc<(&'c interfaces::types::Call,), (Result<interfaces::types::Outcome, interfaces::types::Failure>,)>;

/// A component of the world `transform`.
pub struct TransformComponent {
    pre: TransformPre<State>,
    base: Base,
}

/// What a call gives: the services that went in, the answer or why there is none, and what it used.
pub struct Answer<T> {
    pub services: Box<dyn Services>,
    pub result: Result<T, CallFailure>,
    pub usage: Usage,
}

impl OperationComponent {
    pub fn name(&self) -> &str {
        &self.base.name
    }

    /// Whether it can ask other hosts.
    pub fn asks_hosts(&self) -> bool {
        self.base.access.is_some()
    }

    /// The bounds of its calls.
    pub fn limits(&self) -> Limits {
        self.base.limits
    }

    /// Has the component say every statement that the operation can run.
    pub async fn prepare(
        &self,
        permit: &Permit,
        services: Box<dyn Services>,
        operation: &str,
        settings: &str,
    ) -> Answer<Result<Plan, Vec<Problem>>> {
        let mut store = self.base.store(permit, services, settings.len());
        let ended = within(self.base.bounds(&store), async {
            let instance = self.pre.instantiate_async(&mut store).await?;
            instance.call_prepare(&mut store, operation, settings).await
        });
        let ended = ended.await.map(|answer| {
            let explained = answer.map_err(|problems| problems.into_iter().map(Problem::from).collect());
            explained.map(Plan::from)
        });
        self.base.answer("prepare", operation, store, ended)
    }

    /// Has the component derive a statement; the inner error says why it can't be derived.
    pub async fn refine(
        &self,
        permit: &Permit,
        services: Box<dyn Services>,
        operation: &str,
        settings: &str,
        statement: &str,
        shape: &Shape,
    ) -> Answer<Result<Statement, String>> {
        let mut store = self.base.store(permit, services, settings.len());
        let shape = shape.into();
        let ended = within(self.base.bounds(&store), async {
            let instance = self.pre.instantiate_async(&mut store).await?;
            instance.call_refine(&mut store, operation, settings, statement, &shape).await
        });
        let ended = ended.await.map(|answer| answer.map(Statement::from));
        self.base.answer("refine", operation, store, ended)
    }

    /// Does the operation once.
    pub async fn run(&self, permit: &Permit, services: Box<dyn Services>, call: Call) -> Answer<Result<Outcome, Failure>> {
        let received = call.inputs.iter().map(|(_, value)| value.size()).sum();
        let call = interfaces::types::Call {
            operation: call.operation,
            statement: call.statement,
            request_id: call.request_id,
            inputs: call
                .inputs
                .into_iter()
                .map(|(name, value)| interfaces::types::NamedValue {
                    name,
                    value: value.into(),
                })
                .collect(),
            changed: call.changed,
            memo: call.memo,
        };
        let mut store = self.base.reaching_store(permit, services, received);
        let ended = within(self.base.bounds(&store), async {
            // Not with the bindings' own instance: that one checks the types of all exports, every time.
            let instance = self.pre.instance_pre().instantiate_async(&mut store).await?;
            let run: Run<'_> = instance.get_typed_func(&mut store, self.run)?;
            run.call_async(&mut store, (&call,)).await
        });
        let ended = ended.await.map(|(answer,)| answer.map(Outcome::from).map_err(Failure::from));
        if let Ok(Ok(Outcome { generated_id: Some(id) })) = &ended.result {
            store.data_mut().sends(id.size());
        }
        self.base.answer("run", &call.operation, store, ended)
    }
}

impl TransformComponent {
    pub fn name(&self) -> &str {
        &self.base.name
    }

    /// Whether it can ask other hosts.
    pub fn asks_hosts(&self) -> bool {
        self.base.access.is_some()
    }

    /// The bounds of its calls.
    pub fn limits(&self) -> Limits {
        self.base.limits
    }

    /// Has the component change a document; both are JSON text.
    pub async fn transform(
        &self,
        permit: &Permit,
        services: Box<dyn Services>,
        direction: Direction,
        document: &str,
        settings: &str,
    ) -> Answer<Result<String, Failure>> {
        let given = document.len() + settings.len();
        let mut store = self.base.reaching_store(permit, services, given);
        let ended = within(self.base.bounds(&store), async {
            let instance = self.pre.instantiate_async(&mut store).await?;
            instance
                .call_transform(&mut store, direction.into(), document, settings)
                .await
        });
        let ended = ended.await.map(|answer| answer.map_err(Failure::from));
        if let Ok(Ok(document)) = &ended.result {
            store.data_mut().sends(document.len());
        }
        self.base.answer("transform", direction.name(), store, ended)
    }
}

/// What calls of all worlds have in common.
pub(super) struct Base {
    name: String,
    shared: Shared,
    limits: Limits,
    access: Option<Arc<Access>>,
}

impl Base {
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What bounds a call from outside.
    pub(super) fn bounds(&self, store: &Store<State>) -> Bounds {
        Bounds {
            wall: self.limits.wall,
            meter: store.data().meter.clone(),
        }
    }

    /// A fresh store with every limit set, for a call that is given so many bytes and can ask nobody over HTTP. The permit is the
    /// right to have one.
    pub(super) fn store(&self, _permit: &Permit, services: Box<dyn Services>, given: usize) -> Store<State> {
        self.store_of(State::new(services, self.limits, None), given)
    }

    /// Likewise, where the hosts of the plugin can be asked.
    fn reaching_store(&self, _permit: &Permit, services: Box<dyn Services>, given: usize) -> Store<State> {
        self.store_of(State::new(services, self.limits, self.access.clone()), given)
    }

    fn store_of(&self, state: State, given: usize) -> Store<State> {
        let mut store = Store::new(&self.shared.engine, state);
        store.data_mut().receives(given);
        store.limiter(|state| state);
        store.set_hostcall_fuel(self.limits.transfer);
        store.set_max_component_handles(HANDLES);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|mut context| context.data_mut().tick());
        store
    }

    /// Takes the services back out of the store, explains what went wrong if it did, and says what was used.
    pub(super) fn answer<T>(&self, function: &'static str, subject: &str, store: Store<State>, ended: Timed<T>) -> Answer<T> {
        let state = store.into_data();
        let usage = Usage {
            cpu: ended.cpu,
            wall: ended.wall,
            ..state.usage()
        };
        // What the requests were refused for is the call's failure, whatever the component made of it.
        let result = match state.outbound().ended() {
            Some(bound) => Err(bound.into()),
            None => ended.result,
        };
        let result = result.map_err(|error| self.explain(function, error, &state));
        if let Some(observer) = &self.shared.observer {
            observer.ended(&EndedCall {
                plugin: &self.name,
                function,
                subject,
                usage: &usage,
                failure: result.as_ref().err(),
            });
        }
        Answer {
            services: state.services,
            result,
            usage,
        }
    }

    fn explain(&self, function: &'static str, error: wasmtime::Error, state: &State) -> CallFailure {
        CallFailure {
            plugin: self.name.clone(),
            function,
            cause: failure::cause(&error, &self.limits, self.shared.settings.stack, state.denied),
            report: Report {
                frames: failure::frames(&error),
                stderr: state.stderr(),
                waited: state.waits,
            },
        }
    }
}

impl Shared {
    /// Waits for a place for a call.
    pub(super) async fn permit(&self) -> Result<Permit, CallFailure> {
        let acquired = tokio::time::timeout(self.settings.queue, self.permits.clone().acquire_owned()).await;
        match acquired {
            Ok(Ok(permit)) => Ok(Permit { _permit: permit }),
            _ => Err(busy()),
        }
    }

    pub(super) async fn place_for_loading(&self) -> Result<Permit, CallFailure> {
        let acquired = self.permits.clone().acquire_owned().await;
        acquired.map(|permit| Permit { _permit: permit }).map_err(|_| busy())
    }
}

fn busy() -> CallFailure {
    CallFailure {
        plugin: "any".into(),
        function: "run",
        cause: Cause::Busy,
        report: Report::default(),
    }
}
