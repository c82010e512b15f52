//! Which messages a Core ML model is made of, as far as they are entered, and which of their fields are text.
//!
//! Source: github.com/apple/coremltools, mlmodel/format/Model.proto, FeatureTypes.proto, NeuralNetwork.proto,
//! TreeEnsemble.proto, MIL.proto.

use super::tables::{self, BRANCHES, WEIGHTS, WITHIN};

/// What a message is, as far as it is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Model,
    /// Around a pipeline.
    Pipelines,
    Pipeline,
    Description,
    Metadata,
    Pair,
    /// The description of one function of several.
    Function,
    /// An input, output or state, by the number of its list.
    Feature(u64),
    FeatureType,
    State,
    Array,
    Shapes,
    Sizes,
    Image,
    Network,
    Layer,
    /// What a layer of this number holds, or a message within it.
    Params(u64),
    Weights,
    Quantization,
    Ensemble,
    Trees,
    Node,
    Program,
    Functions,
    MilFunction,
    Blocks,
    Block,
    Operation,
    Output,
    Input,
    Argument,
    Binding,
    Attribute,
    Constant,
    ConstantType,
    TensorType,
    Dimension,
    Size,
    Blob,
}

/// What a field of a message is, if it is a message that is entered.
pub fn inner(kind: Kind, number: u64) -> Option<Kind> {
    Some(match (kind, number) {
        (Kind::Model, 2) => Kind::Description,
        (Kind::Model, 200 | 201) => Kind::Pipelines,
        (Kind::Model, 202) | (Kind::Pipelines, 1) => Kind::Pipeline,
        (Kind::Pipeline, 1) => Kind::Model,
        (Kind::Model, 302 | 402) => Kind::Ensemble,
        (Kind::Model, 303 | 403 | 500) => Kind::Network,
        (Kind::Model, 502) => Kind::Program,
        (Kind::Description, 20) => Kind::Function,
        (Kind::Description, 1 | 10 | 13) | (Kind::Function, 2 | 3 | 6) => Kind::Feature(number),
        (Kind::Description, 100) => Kind::Metadata,
        (Kind::Metadata, 100) => Kind::Pair,
        (Kind::Feature(_), 3) => Kind::FeatureType,
        (Kind::FeatureType, 4) => Kind::Image,
        (Kind::FeatureType, 5) | (Kind::State, 1) => Kind::Array,
        (Kind::FeatureType, 8) => Kind::State,
        (Kind::Array, 31) => Kind::Shapes,
        (Kind::Shapes, 1) => Kind::Sizes,
        (Kind::Network, 1) => Kind::Layer,
        (Kind::Layer, 100..) => Kind::Params(number),
        (Kind::Params(layer), _) if tables::within(WITHIN, layer, number).is_some() => Kind::Params(number),
        (Kind::Params(layer), _) if tables::within(BRANCHES, layer, number).is_some() => Kind::Network,
        (Kind::Params(layer), _) if tables::within(WEIGHTS, layer, number).is_some() => Kind::Weights,
        (Kind::Weights, 40) => Kind::Quantization,
        (Kind::Ensemble, 1) => Kind::Trees,
        (Kind::Trees, 1) => Kind::Node,
        (Kind::Program, 2) => Kind::Functions,
        (Kind::Functions, 2) => Kind::MilFunction,
        (Kind::MilFunction, 3) => Kind::Blocks,
        (Kind::Blocks, 2) | (Kind::Operation, 4) => Kind::Block,
        (Kind::Block, 3) => Kind::Operation,
        (Kind::Operation, 2) => Kind::Input,
        (Kind::Operation, 3) => Kind::Output,
        (Kind::Operation, 5) => Kind::Attribute,
        (Kind::Input, 2) => Kind::Argument,
        (Kind::Argument, 1) => Kind::Binding,
        (Kind::Binding | Kind::Attribute, 2) => Kind::Constant,
        (Kind::Constant, 2) => Kind::ConstantType,
        (Kind::Constant, 5) => Kind::Blob,
        (Kind::ConstantType, 1) => Kind::TensorType,
        (Kind::TensorType, 3) => Kind::Dimension,
        (Kind::Dimension, 1) => Kind::Size,
        _ => return None,
    })
}

/// Whether a field of a message is text that is kept.
pub fn is_text(kind: Kind, number: u64) -> bool {
    matches!(
        (kind, number),
        (Kind::Description, 11 | 12 | 21)
            | (Kind::Metadata, 1..=4)
            | (Kind::Pair, 1 | 2)
            | (Kind::MilFunction, 2)
            | (
                Kind::Function
                    | Kind::Feature(_)
                    | Kind::Layer
                    | Kind::Operation
                    | Kind::Output
                    | Kind::Input
                    | Kind::Attribute
                    | Kind::Blob,
                1
            )
    )
}

/// What an input or output is that is no array and no image.
pub fn plain_kind(number: u64) -> &'static str {
    match number {
        1 => "I64",
        2 => "F64",
        3 => "STRING",
        6 => "dictionary",
        7 => "sequence",
        _ => "?",
    }
}
