//! The kernel with SIMD, `src/digest/kernel`, over this instance's memory.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Object, Reflect, WebAssembly};
use wasm_bindgen::prelude::*;

use crate::digest::{Block, K, Kernel, LANES, Scalar, State};

#[wasm_bindgen]
extern "C" {
    type Exports;

    #[wasm_bindgen(method)]
    fn one(this: &Exports, state: *mut u32, blocks: *const u8, blocks_len: usize, workspace: *mut u32);

    #[wasm_bindgen(method)]
    fn four(this: &Exports, states: *mut u32, streams: *const *const u8, blocks_len: usize, workspace: *mut u32);
}

struct Simd {
    exports: Exports,
    workspace: RefCell<Box<Workspace>>,
}

/// Laid out as the kernel's.
#[repr(C, align(16))]
struct Workspace {
    k: [u32; 64],
    words: [[u32; LANES]; 16],
    pin: u32,
}

/// The words of one kind side by side.
#[repr(C, align(16))]
struct Lanes([[u32; LANES]; 8]);

/// The kernel of this compiled module; without one, that of the `sha2` crate.
pub fn kernel(module: JsValue) -> Rc<dyn Kernel> {
    match Simd::load(module) {
        Ok(simd) => Rc::new(simd),
        Err(_) => Rc::new(Scalar),
    }
}

impl Simd {
    fn load(module: JsValue) -> Result<Self, JsValue> {
        let module: WebAssembly::Module = module.dyn_into()?;
        let (environment, imports) = (Object::new(), Object::new());
        Reflect::set(&environment, &"memory".into(), &wasm_bindgen::memory())?;
        Reflect::set(&imports, &"env".into(), &environment)?;
        let instance = WebAssembly::Instance::new(&module, &imports)?;
        Ok(Self {
            exports: instance.exports().unchecked_into(),
            workspace: RefCell::new(Box::new(Workspace {
                k: K,
                words: [[0; LANES]; 16],
                pin: 0,
            })),
        })
    }

    fn workspace(&self) -> *mut u32 {
        std::ptr::from_mut(&mut **self.workspace.borrow_mut()).cast()
    }
}

impl Kernel for Simd {
    fn name(&self) -> &'static str {
        "SIMD"
    }

    fn one(&self, state: &mut State, blocks: &[Block]) {
        self.exports.one(
            state.as_mut_ptr(),
            blocks.as_ptr().cast(),
            blocks.len(),
            self.workspace(),
        );
    }

    fn four(&self, states: &mut [State; LANES], blocks: [&[Block]; LANES]) {
        let [a, b, c, d] = *states;
        let mut lanes = Lanes(std::array::from_fn(|word| {
            let of = |state: State| state.get(word).copied().unwrap_or_default();
            [of(a), of(b), of(c), of(d)]
        }));
        let blocks_len = blocks.iter().map(|blocks| blocks.len()).min().unwrap_or_default();
        let streams = blocks.map(|blocks| blocks.as_ptr().cast::<u8>());
        let to = lanes.0.as_mut_ptr().cast();
        self.exports.four(to, streams.as_ptr(), blocks_len, self.workspace());
        for (lane, state) in states.iter_mut().enumerate() {
            for (word, lanes) in state.iter_mut().zip(lanes.0) {
                *word = lanes.get(lane).copied().unwrap_or_default();
            }
        }
    }
}
