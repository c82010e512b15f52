//! The inert values that a pickle puts together. They are shared by number, so that what is put into itself a
//! thousand times takes no more room than once.

use std::rc::Rc;

/// A value's number.
pub type Id = u32;

/// A value.
#[derive(Clone, Debug, Default)]
pub enum Node {
    /// Something of no interest here, or that could not be found.
    #[default]
    Other,
    /// `None`
    None,
    /// `True` or `False`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// A string; of a long one the beginning.
    Text(Rc<str>),
    /// Bytes: where they are in the file, and how many.
    Bytes(u64, u64),
    /// Something imported: module and name.
    Global(Rc<(String, String)>),
    /// A tuple or a frozen set.
    Tuple(Rc<[Id]>),
    /// A list or a set.
    List(Vec<Id>),
    /// A dictionary.
    Dict(Vec<(Id, Id)>),
    /// What a call would give.
    Call(Box<Call>),
    /// What is stored beside the pickle under this name.
    Persistent(Id),
}

/// A call that a pickle asks for.
#[derive(Clone, Debug)]
pub struct Call {
    /// What is called.
    pub function: Id,
    /// With what: a tuple.
    pub arguments: Id,
    /// What the object's state is set to.
    pub state: Option<Id>,
    more: Option<Box<More>>,
}

/// What most objects have not: a value takes no more room than it must, for hostile streams hold very many.
#[derive(Clone, Debug, Default)]
pub struct More {
    /// What is put into the object.
    pub items: Vec<Id>,
    /// What is put into the object by key.
    pub pairs: Vec<(Id, Id)>,
    /// The raw bytes that follow the object in the stream: where, how many.
    pub raw: Option<(u64, u64)>,
}

impl Call {
    /// A call of a function with a tuple of arguments.
    pub fn new(function: Id, arguments: Id) -> Self {
        Self {
            function,
            arguments,
            state: None,
            more: None,
        }
    }

    /// What is put into the object.
    pub fn items(&self) -> &[Id] {
        self.more.as_ref().map_or(&[], |more| &more.items)
    }

    /// What is put into the object by key.
    pub fn pairs(&self) -> &[(Id, Id)] {
        self.more.as_ref().map_or(&[], |more| &more.pairs)
    }

    /// The raw bytes that follow the object in the stream: where, how many.
    pub fn raw(&self) -> Option<(u64, u64)> {
        self.more.as_ref()?.raw
    }

    /// All of this, to be added to.
    pub fn more(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }
}

/// Dimensions of a tensor or array: NumPy and torch have at most 64. A shape may be told once, and be of many.
const DIMENSIONS_MAX: usize = 64;

/// How many pairs of a dictionary are looked through for a key: those that a loader needs stand in small ones.
const PAIRS_MAX: usize = 1_000;

/// All values of a pickle.
#[derive(Debug, Default)]
pub struct Heap {
    nodes: Vec<Node>,
    /// It describes arrays whose bytes joblib reads out of the stream.
    pub has_arrays_of_joblib: bool,
}

impl Heap {
    /// Adds a value.
    pub fn add(&mut self, node: Node) -> Id {
        let id = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.nodes.push(node);
        id
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// A value.
    pub fn get(&self, id: Id) -> &Node {
        const OTHER: &Node = &Node::Other;
        self.nodes.get(id as usize).unwrap_or(OTHER)
    }

    /// A value, to be changed.
    pub fn get_mut(&mut self, id: Id) -> Option<&mut Node> {
        self.nodes.get_mut(id as usize)
    }

    /// The string that a value is.
    pub fn text(&self, id: Id) -> Option<&str> {
        match self.get(id) {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number from 0 on that a value is.
    pub fn number(&self, id: Id) -> Option<u64> {
        match self.get(id) {
            Node::Int(number) => u64::try_from(*number).ok(),
            _ => None,
        }
    }

    /// The items of a tuple or list; `torch.Size` and the like are called with them.
    pub fn items(&self, id: Id) -> Option<&[Id]> {
        match self.get(id) {
            Node::Tuple(items) => Some(items),
            Node::List(items) => Some(items),
            Node::Call(call) => match self.get(call.arguments) {
                Node::Tuple(arguments) => self.items_once(*arguments.first()?),
                _ => None,
            },
            _ => None,
        }
    }

    fn items_once(&self, id: Id) -> Option<&[Id]> {
        match self.get(id) {
            Node::Tuple(items) => Some(items),
            Node::List(items) => Some(items),
            _ => None,
        }
    }

    /// The whole numbers that a tuple or list holds, as many as there may be dimensions.
    pub fn numbers(&self, id: Id) -> Option<Vec<u64>> {
        let items = self.items(id).filter(|items| items.len() <= DIMENSIONS_MAX)?;
        items.iter().map(|item| self.number(*item)).collect()
    }

    /// The module and name of something imported.
    pub fn global(&self, id: Id) -> Option<(&str, &str)> {
        match self.get(id) {
            Node::Global(global) => Some((&global.0, &global.1)),
            _ => None,
        }
    }

    /// A call's function, by module and name, and its arguments.
    pub fn call(&self, id: Id) -> Option<((&str, &str), &[Id], &Call)> {
        let Node::Call(call) = self.get(id) else { return None };
        let arguments = self.items_once(call.arguments).unwrap_or_default();
        Some((self.global(call.function)?, arguments, call))
    }

    /// An object's class, by module and name, also where it was made by what makes objects of any class.
    pub fn object(&self, id: Id) -> Option<((&str, &str), &Call)> {
        let (function, arguments, call) = self.call(id)?;
        let class = match function {
            ("copy_reg" | "copyreg", "_reconstructor" | "__newobj__") => self.global(*arguments.first()?)?,
            class => class,
        };
        Some((class, call))
    }

    /// The value of a key of a dictionary.
    pub fn member(&self, id: Id, key: &str) -> Option<Id> {
        let pairs = self.pairs(id)?;
        let found = pairs
            .iter()
            .rev()
            .take(PAIRS_MAX)
            .find(|(name, _)| self.text(*name) == Some(key));
        found.map(|(_, value)| *value)
    }

    /// The pairs of a dictionary, an ordered one too.
    pub fn pairs(&self, id: Id) -> Option<&[(Id, Id)]> {
        match self.get(id) {
            Node::Dict(pairs) => Some(pairs),
            Node::Call(call) if !call.pairs().is_empty() => Some(call.pairs()),
            _ => None,
        }
    }
}
