//! The worlds of `wit/`, as wasmtime's bindings.
//!
//! One set of bindings serves both operation worlds: `dynamic-operation` has the exports of `operation` and more imports,
//! and which of these a component gets is decided by what is linked, not by the bindings.

/// `operation` and `dynamic-operation`.
pub mod operation {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "dynamic-operation",
        imports: {
            "portcullis:plugin/log.write": trappable,
            "portcullis:plugin/output.begin": trappable,
            "portcullis:plugin/output.emit": trappable,
            default: async | trappable,
        },
        exports: { default: async },
    });
}

/// `transform`.
pub mod transform {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "transform",
        with: {
            "portcullis:plugin/log": super::operation::portcullis::plugin::log,
            "portcullis:plugin/types": super::operation::portcullis::plugin::types,
        },
        exports: { default: async },
    });
}

/// `password-hash`.
pub mod password_hash {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "password-hash",
        exports: { default: async },
    });
}
