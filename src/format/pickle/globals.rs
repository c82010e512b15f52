//! What is known of the things that pickles import.

use crate::format::facts::{Global, Group, Pickles};

/// Modules all of whose names can be used to run code, and those below them.
const DANGEROUS_MODULES: &[&str] = &[
    "__main__.os",
    "_aix_support",
    "_osx_support",
    "_posixsubprocess",
    "_pyrepl",
    "_winapi",
    "aiohttp",
    "asyncio",
    "bdb",
    "cProfile",
    "code",
    "codeop",
    "commands",
    "concurrent",
    "cffi",
    "ctypes",
    "dill",
    "cloudpickle",
    "distutils",
    "doctest",
    "ensurepip",
    "ftplib",
    "getpass",
    "http",
    "httplib",
    "idlelib",
    "importlib",
    "imp",
    "inspect",
    "lib2to3",
    "linecache",
    "logging.config",
    "marshal",
    "mmap",
    "multiprocessing",
    "nt",
    "ntpath",
    "operator",
    "os",
    "pathlib",
    "pdb",
    "pip",
    "pkgutil",
    "platform",
    "popen2",
    "posix",
    "posixpath",
    "profile",
    "pty",
    "py_compile",
    "pydoc",
    "requests",
    "runpy",
    "shelve",
    "shutil",
    "signal",
    "site",
    "smtplib",
    "socket",
    "socketserver",
    "ssl",
    "subprocess",
    "sys",
    "sysconfig",
    "telnetlib",
    "tempfile",
    "test.support",
    "threading",
    "timeit",
    "torch.hub",
    "torch._dynamo",
    "torch._inductor",
    "torch.utils._config_module",
    "torch.utils.bottleneck",
    "torch.utils.collect_env",
    "trace",
    "types",
    "urllib",
    "urllib2",
    "uuid",
    "venv",
    "webbrowser",
    "xmlrpc",
    "zipimport",
];

/// Single names that run code, read or write files, or reach others that do.
const DANGEROUS_NAMES: &[&str] = &[
    "__builtin__ __import__",
    "__builtin__ apply",
    "__builtin__ compile",
    "__builtin__ delattr",
    "__builtin__ dir",
    "__builtin__ eval",
    "__builtin__ exec",
    "__builtin__ execfile",
    "__builtin__ file",
    "__builtin__ getattr",
    "__builtin__ globals",
    "__builtin__ input",
    "__builtin__ locals",
    "__builtin__ map",
    "__builtin__ filter",
    "__builtin__ open",
    "__builtin__ reload",
    "__builtin__ setattr",
    "__builtin__ vars",
    "builtins __import__",
    "builtins breakpoint",
    "builtins compile",
    "builtins delattr",
    "builtins dir",
    "builtins eval",
    "builtins exec",
    "builtins filter",
    "builtins getattr",
    "builtins globals",
    "builtins input",
    "builtins locals",
    "builtins map",
    "builtins open",
    "builtins setattr",
    "builtins type",
    "builtins vars",
    "functools partial",
    "functools reduce",
    "joblib load",
    "joblib.numpy_pickle load",
    "numpy load",
    "numpy.testing._private.utils runstring",
    "pandas read_pickle",
    "pickle Unpickler",
    "pickle load",
    "pickle loads",
    "_pickle Unpickler",
    "_pickle load",
    "_pickle loads",
    "torch jit",
    "torch load",
    "torch.jit load",
    "torch.serialization load",
    "torch.storage _load_from_bytes",
];

/// Names that frameworks put tensors, arrays and containers together with, and plain data.
const REBUILDING_NAMES: &[&str] = &[
    "__builtin__ bool",
    "__builtin__ bytearray",
    "__builtin__ complex",
    "__builtin__ dict",
    "__builtin__ float",
    "__builtin__ frozenset",
    "__builtin__ int",
    "__builtin__ list",
    "__builtin__ long",
    "__builtin__ object",
    "__builtin__ set",
    "__builtin__ slice",
    "__builtin__ str",
    "__builtin__ tuple",
    "__builtin__ unicode",
    "__builtin__ xrange",
    "_codecs encode",
    "argparse Namespace",
    "builtins bool",
    "builtins bytearray",
    "builtins bytes",
    "builtins complex",
    "builtins dict",
    "builtins float",
    "builtins frozenset",
    "builtins int",
    "builtins list",
    "builtins object",
    "builtins range",
    "builtins set",
    "builtins slice",
    "builtins str",
    "builtins tuple",
    "collections Counter",
    "collections OrderedDict",
    "collections defaultdict",
    "collections deque",
    "copy_reg _reconstructor",
    "copyreg _reconstructor",
    "datetime date",
    "datetime datetime",
    "datetime timedelta",
    "decimal Decimal",
    "fractions Fraction",
    "joblib.numpy_pickle NumpyArrayWrapper",
    "numpy bool_",
    "numpy dtype",
    "numpy ndarray",
    "numpy.core.multiarray _reconstruct",
    "numpy.core.multiarray scalar",
    "numpy.core.numeric _frombuffer",
    "numpy._core.multiarray _reconstruct",
    "numpy._core.multiarray scalar",
    "numpy._core.numeric _frombuffer",
    "numpy.ma.core _mareconstruct",
    "numpy.random _pickle.__randomstate_ctor",
    "numpy.random._pickle __randomstate_ctor",
    "numpy.random._pickle __bit_generator_ctor",
    "numpy.random._pickle __generator_ctor",
    "numpy.random._mt19937 MT19937",
    "numpy.random._pcg64 PCG64",
    "scipy.sparse._csr csr_matrix",
    "scipy.sparse.csr csr_matrix",
    "torch Size",
    "torch Tensor",
    "torch device",
    "torch dtype",
    "torch.jit._pickle build_boollist",
    "torch.jit._pickle build_doublelist",
    "torch.jit._pickle build_intlist",
    "torch.jit._pickle build_tensor_from_id",
    "torch.jit._pickle build_tensorlist",
    "torch.jit._pickle restore_type_tag",
    "torch.nn.parameter Parameter",
    "torch.serialization _get_layout",
    "torch.storage UntypedStorage",
    "torch.storage TypedStorage",
    "torch.storage _TypedStorage",
    "torch.storage _UntypedStorage",
    "torch._tensor _rebuild_from_type_v2",
    "torch._utils _rebuild_tensor",
];

/// How many globals are listed of those that can run code, and of all others.
const GLOBALS_MAX: usize = 5_000;

/// What is known of a global.
pub fn group(module: &str, name: &str) -> Group {
    let both = format!("{module} {name}");
    let is_below = |known: &&str| {
        module
            .strip_prefix(*known)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    // A name with dots reaches through what it names: `os.path` of a module that imports os.
    if DANGEROUS_NAMES.contains(&both.as_str()) || DANGEROUS_MODULES.iter().any(is_below) {
        Group::RunsCode
    } else if name.contains('.') {
        Group::Unknown
    } else if REBUILDING_NAMES.contains(&both.as_str()) || is_of_tensors(module, name) {
        Group::Rebuilds
    } else {
        Group::Unknown
    }
}

fn is_of_tensors(module: &str, name: &str) -> bool {
    let is_dtype = |name: &str| {
        let kinds = ["float", "bfloat", "int", "uint", "complex", "quint", "qint", "bits"];
        kinds.iter().any(|kind| name.starts_with(kind)) || ["bool", "half", "double", "long", "short"].contains(&name)
    };
    match module {
        "torch" => {
            name.ends_with("Storage") || is_dtype(name) || name.starts_with("per_") || name.starts_with("strided")
        }
        "torch.cuda" => name.ends_with("Storage"),
        "torch._utils" => name.starts_with("_rebuild_"),
        "numpy" | "numpy.dtypes" => is_dtype(name) || name.ends_with("DType"),
        // Classes that a TorchScript archive holds itself, as text: no Python module is asked for them.
        _ => module == "__torch__" || module.starts_with("__torch__."),
    }
}

impl Pickles {
    /// Notes a global, once.
    pub(super) fn imports(&mut self, module: &str, name: &str) {
        let global = Global {
            module: module.to_owned(),
            name: name.to_owned(),
            group: group(module, name),
        };
        let of_group = |other: &&Global| (other.group == Group::RunsCode) == (global.group == Group::RunsCode);
        if self.globals.len() >= GLOBALS_MAX && self.globals.iter().filter(of_group).count() >= GLOBALS_MAX {
            self.odd("It imports more than is listed.");
            return;
        }
        if let Err(place) = self.globals.binary_search(&global) {
            self.globals.insert(place, global);
        }
    }

    /// Adds what is imported by loaders that take the bytes of arrays for opcodes. Nearly always they soon fail at them:
    /// what is no name is none.
    pub(super) fn add_of_others(&mut self, others: Pickles) {
        let is_word = |word: &str| {
            let mut characters = word.chars();
            let is_start = |first: char| first.is_alphabetic() || first == '_';
            characters.next().is_some_and(is_start) && characters.all(|other| other.is_alphanumeric() || other == '_')
        };
        let is_name = |name: &str| name.split('.').all(is_word);
        for global in others.globals {
            if is_name(&global.module) && is_name(&global.name) && !self.globals.contains(&global) {
                self.imports(&global.module, &global.name);
                self.odd("Where joblib reads the bytes of an array, other loaders would import more.");
            }
        }
    }

    /// Notes something odd, once.
    pub(crate) fn odd(&mut self, what: impl Into<std::borrow::Cow<'static, str>>) {
        let what = what.into();
        if !self.oddities.contains(&what) && self.oddities.len() < 100 {
            self.oddities.push(what);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_a_global() {
        for (module, name, expected) in [
            ("posix", "system", Group::RunsCode),
            ("os.path", "join", Group::RunsCode),
            ("osmium", "system", Group::Unknown),
            ("builtins", "eval", Group::RunsCode),
            ("builtins", "set", Group::Rebuilds),
            ("torch", "FloatStorage", Group::Rebuilds),
            ("torch", "float8_e4m3fn", Group::Rebuilds),
            ("torch", "load", Group::RunsCode),
            ("torch._utils", "_rebuild_tensor_v2", Group::Rebuilds),
            ("torch._utils", "_rebuild_tensor_v2.__globals__", Group::Unknown),
            ("torch.hub", "load", Group::RunsCode),
            ("__torch__.torch.nn", "Linear", Group::Rebuilds),
            ("sklearn.linear_model._logistic", "LogisticRegression", Group::Unknown),
        ] {
            assert_eq!(group(module, name), expected, "{module} {name}");
        }
    }
}
