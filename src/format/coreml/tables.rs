//! The names and numbers of Core ML's messages: kinds of models and layers, and where layers have weights.
//!
//! Source: github.com/apple/coremltools, mlmodel/format/Model.proto, NeuralNetwork.proto, MIL.proto.

/// The kinds of models, by the field of a model.
pub const MODELS: &str = "\
    200 pipelineClassifier 201 pipelineRegressor 202 pipeline 300 glmRegressor 301 supportVectorRegressor \
    302 treeEnsembleRegressor 303 neuralNetworkRegressor 304 bayesianProbitRegressor 400 glmClassifier \
    401 supportVectorClassifier 402 treeEnsembleClassifier 403 neuralNetworkClassifier \
    404 kNearestNeighborsClassifier 500 neuralNetwork 501 itemSimilarityRecommender 502 mlProgram 555 customModel \
    556 linkedModel 560 classConfidenceThresholding 600 oneHotEncoder 601 imputer 602 featureVectorizer \
    603 dictVectorizer 604 scaler 606 categoricalMapping 607 normalizer 609 arrayFeatureExtractor \
    610 nonMaximumSuppression 900 identity 2000 textClassifier 2001 wordTagger 2002 visionFeaturePrint \
    2003 soundAnalysisPreprocessing 2004 gazetteer 2005 wordEmbedding 2006 audioFeaturePrint 3000 serializedModel";

/// The kinds of layers of a neural network, by the field of a layer.
pub const LAYERS: &str = "\
    100 convolution 120 pooling 130 activation 140 innerProduct 150 embedding 160 batchnorm 165 mvn 170 l2normalize \
    175 softmax 180 lrn 190 crop 200 padding 210 upsample 211 resizeBilinear 212 cropResize 220 unary 230 add \
    231 multiply 240 average 245 scale 250 bias 260 max 261 min 270 dot 280 reduce 290 loadConstant 300 reshape \
    301 flatten 310 permute 320 concat 330 split 340 sequenceRepeat 345 reorganizeData 350 slice \
    400 simpleRecurrent 410 gru 420 uniDirectionalLSTM 430 biDirectionalLSTM 500 custom 600 copy 605 branch \
    615 loop 620 loopBreak 625 loopContinue 635 rangeStatic 640 rangeDynamic 660 clip 665 ceil 670 floor 680 sign \
    685 round 700 exp2 710 sin 715 cos 720 tan 730 asin 735 acos 740 atan 750 sinh 755 cosh 760 tanh 770 asinh \
    775 acosh 780 atanh 790 erf 795 gelu 815 equal 820 notEqual 825 lessThan 827 lessEqual 830 greaterThan \
    832 greaterEqual 840 logicalOr 845 logicalXor 850 logicalNot 855 logicalAnd 865 modBroadcastable \
    870 minBroadcastable 875 maxBroadcastable 880 addBroadcastable 885 powBroadcastable 890 divideBroadcastable \
    895 floorDivBroadcastable 900 multiplyBroadcastable 905 subtractBroadcastable 920 tile 925 stack 930 gather \
    935 scatter 940 gatherND 945 scatterND 950 softmaxND 952 gatherAlongAxis 954 scatterAlongAxis 960 reverse \
    965 reverseSeq 975 splitND 980 concatND 985 transpose 995 sliceStatic 1000 sliceDynamic 1005 slidingWindows \
    1015 topK 1020 argMin 1025 argMax 1040 embeddingND 1045 batchedMatmul 1065 getShape 1070 loadConstantND \
    1080 fillLike 1085 fillStatic 1090 fillDynamic 1100 broadcastToLike 1105 broadcastToStatic \
    1110 broadcastToDynamic 1120 squeeze 1125 expandDims 1130 flattenTo2D 1135 reshapeLike 1140 reshapeStatic \
    1145 reshapeDynamic 1150 rankPreservingReshape 1155 constantPad 1170 randomNormalLike 1175 randomNormalStatic \
    1180 randomNormalDynamic 1190 randomUniformLike 1195 randomUniformStatic 1200 randomUniformDynamic \
    1210 randomBernoulliLike 1215 randomBernoulliStatic 1220 randomBernoulliDynamic 1230 categoricalDistribution \
    1250 reduceL1 1255 reduceL2 1260 reduceMax 1265 reduceMin 1270 reduceSum 1275 reduceProd 1280 reduceMean \
    1285 reduceLogSum 1290 reduceSumSquare 1295 reduceLogSumExp 1313 whereNonZero 1315 matrixBandPart \
    1320 lowerTriangular 1325 upperTriangular 1330 whereBroadcastable 1350 layerNormalization \
    1400 NonMaximumSuppression 1450 oneHot 1455 cumSum 1460 clampedReLU 1461 argSort 1465 pooling3d \
    1466 globalPooling3d 1470 sliceBySize 1471 convolution3d";

/// Messages within a layer that have weights, by the number of the message they are in, and their own.
pub const WITHIN: &[(u64, u64, &str)] = &[
    (130, 25, "PReLU"),
    (130, 71, "parametricSoftplus"),
    (420, 20, "weightParams"),
    (430, 20, "weightParams"),
];

/// Networks within layers, in the same way.
pub const BRANCHES: &[(u64, u64, &str)] = &[
    (605, 1, "ifBranch"),
    (605, 2, "elseBranch"),
    (615, 3, "conditionNetwork"),
    (615, 4, "bodyNetwork"),
];

/// Weights, by the number of the message they are in, and their own.
pub const WEIGHTS: &[(u64, u64, &str)] = &[
    (20, 1, "inputGateWeightMatrix"),
    (20, 2, "forgetGateWeightMatrix"),
    (20, 3, "blockInputWeightMatrix"),
    (20, 4, "outputGateWeightMatrix"),
    (20, 20, "inputGateRecursionMatrix"),
    (20, 21, "forgetGateRecursionMatrix"),
    (20, 22, "blockInputRecursionMatrix"),
    (20, 23, "outputGateRecursionMatrix"),
    (20, 40, "inputGateBiasVector"),
    (20, 41, "forgetGateBiasVector"),
    (20, 42, "blockInputBiasVector"),
    (20, 43, "outputGateBiasVector"),
    (20, 60, "inputGatePeepholeVector"),
    (20, 61, "forgetGatePeepholeVector"),
    (20, 62, "outputGatePeepholeVector"),
    (25, 1, "alpha"),
    (71, 1, "alpha"),
    (71, 2, "beta"),
    (100, 90, "weights"),
    (100, 91, "bias"),
    (140, 20, "weights"),
    (140, 21, "bias"),
    (150, 20, "weights"),
    (150, 21, "bias"),
    (160, 15, "gamma"),
    (160, 16, "beta"),
    (160, 17, "mean"),
    (160, 18, "variance"),
    (245, 2, "scale"),
    (245, 5, "bias"),
    (250, 2, "bias"),
    (290, 2, "data"),
    (400, 30, "weightMatrix"),
    (400, 31, "recursionMatrix"),
    (400, 32, "biasVector"),
    (410, 30, "updateGateWeightMatrix"),
    (410, 31, "resetGateWeightMatrix"),
    (410, 32, "outputGateWeightMatrix"),
    (410, 50, "updateGateRecursionMatrix"),
    (410, 51, "resetGateRecursionMatrix"),
    (410, 52, "outputGateRecursionMatrix"),
    (410, 70, "updateGateBiasVector"),
    (410, 71, "resetGateBiasVector"),
    (410, 72, "outputGateBiasVector"),
    (500, 20, "weights"),
    (1040, 20, "weights"),
    (1040, 21, "bias"),
    (1045, 8, "weights"),
    (1045, 9, "bias"),
    (1070, 2, "data"),
    (1350, 3, "gamma"),
    (1350, 4, "beta"),
    (1471, 60, "weights"),
    (1471, 61, "bias"),
];

/// Our names of the element types of a program, by number.
pub const DTYPES: &[(u64, &str)] = &[
    (1, "BOOL"),
    (2, "STRING"),
    (10, "F16"),
    (11, "F32"),
    (12, "F64"),
    (13, "BF16"),
    (21, "I8"),
    (22, "I16"),
    (23, "I32"),
    (24, "I64"),
    (25, "I4"),
    (31, "U8"),
    (32, "U16"),
    (33, "U32"),
    (34, "U64"),
    (35, "U4"),
    (36, "U2"),
    (37, "U1"),
    (38, "U6"),
    (39, "U3"),
    (40, "F8_E4M3"),
    (41, "F8_E5M2"),
];

/// Our names of the element types of inputs and outputs, by number.
pub const ARRAYS: &[(u64, &str)] = &[
    (65_552, "F16"),
    (65_568, "F32"),
    (65_600, "F64"),
    (131_080, "I8"),
    (131_104, "I32"),
];

/// The orders of colours of an image, by number.
pub const COLOURS: &[(u64, &str)] = &[(10, "grayscale"), (20, "RGB"), (30, "BGR"), (40, "grayscale F16")];

/// What a number stands for.
pub fn find(table: &'static [(u64, &'static str)], number: u64) -> Option<&'static str> {
    let found = table.iter().find(|(known, _)| *known == number);
    found.map(|(_, name)| *name)
}

/// What the number of a field stands for, in a message of the number `within`.
pub fn within(table: &'static [(u64, u64, &'static str)], within: u64, number: u64) -> Option<&'static str> {
    let found = table.iter().find(|entry| (entry.0, entry.1) == (within, number));
    found.map(|entry| entry.2)
}

/// What a number stands for in a list of numbers and names.
pub fn named(list: &'static str, number: u64) -> Option<&'static str> {
    let mut words = list.split(' ');
    while let Some((known, name)) = words.next().zip(words.next()) {
        if known.parse() == Ok(number) {
            return Some(name);
        }
    }
    None
}
