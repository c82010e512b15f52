//! What ncnn's kinds of layers are: their names by number, and the weights that each loads.

/// The kinds of layers, in the order of their numbers.
pub(super) const KINDS: &str = "\
    AbsVal ArgMax BatchNorm Bias BNLL Concat Convolution Crop Deconvolution Dropout Eltwise ELU Embed Exp Flatten \
    InnerProduct Input Log LRN MemoryData MVN Pooling Power PReLU Proposal Reduction ReLU Reshape ROIPooling Scale \
    Sigmoid Slice Softmax Split SPP TanH Threshold Tile RNN LSTM BinaryOp UnaryOp ConvolutionDepthWise Padding \
    Squeeze ExpandDims Normalize Permute PriorBox DetectionOutput Interp DeconvolutionDepthWise ShuffleChannel \
    InstanceNorm Clip Reorg YoloDetectionOutput Quantize Dequantize Yolov3DetectionOutput PSROIPooling ROIAlign \
    Packing Requantize Cast HardSigmoid SELU HardSwish Noop PixelShuffle DeepCopy Mish StatisticsPooling Swish Gemm \
    GroupNorm LayerNorm Softplus GRU MultiHeadAttention GELU Convolution1D Pooling1D ConvolutionDepthWise1D \
    Convolution3D ConvolutionDepthWise3D Pooling3D MatMul Deconvolution1D DeconvolutionDepthWise1D Deconvolution3D \
    DeconvolutionDepthWise3D Einsum DeformableConv2D GLU Fold Unfold GridSample CumulativeSum CopyTo Erf Diag CELU \
    Shrink RMSNorm Spectrogram InverseSpectrogram Flip SDPA RotaryEmbed";

/// The weights that a layer of this kind loads, in their order: name, elements, and whether a tag says their type.
pub(super) fn weights(kind: &str, param: &dyn Fn(i64, i64) -> i64) -> Vec<(&'static str, i64, bool)> {
    let is = |id| param(id, 0) != 0;
    let product = |sizes: &[i64]| sizes.iter().fold(1i64, |product, size| product.saturating_mul(*size));
    let size = param(0, 0);
    let mut all = Vec::new();
    let mut load = |name, elements, is_tagged, is_there| {
        if is_there {
            all.push((name, elements, is_tagged));
        }
    };
    match kind {
        _ if kind.starts_with("Convolution") || kind.starts_with("Deconvolution") || kind == "DeformableConv2D" => {
            // Where the weights are an input, there are none.
            let is_there = !is(if kind.starts_with('C') { 19 } else { 28 });
            load("weight", param(6, 0), true, is_there);
            load("bias", size, false, is_there && is(5));
        }
        "InnerProduct" => {
            load("weight", param(2, 0), true, true);
            load("bias", size, false, is(1));
        }
        "Embed" => {
            load("weight", param(3, 0), true, true);
            load("bias", size, false, is(2));
        }
        "BatchNorm" => {
            for name in ["slope", "mean", "variance", "bias"] {
                load(name, size, false, true);
            }
        }
        "Bias" => load("bias", size, false, true),
        // -233: the scales are an input.
        "Scale" => {
            load("scale", size, false, true);
            load("bias", size, false, is(1));
        }
        "PReLU" => load("slope", size, false, true),
        "Normalize" => load("scale", param(3, 0), false, true),
        "Padding" => load("value", param(6, 0), false, true),
        "InstanceNorm" | "LayerNorm" | "RMSNorm" => {
            let is_there = param(2, 1) != 0;
            load("gamma", size, false, is_there);
            load("beta", size, false, is_there && kind != "RMSNorm");
        }
        "GroupNorm" => {
            for name in ["gamma", "beta"] {
                load(name, param(1, 0), false, param(3, 1) != 0);
            }
        }
        "MemoryData" => {
            let sizes = [0, 1, 11, 2].map(|id| param(id, 0));
            let sizes: Vec<_> = sizes.into_iter().filter(|size| *size != 0).collect();
            load("data", product(&sizes), param(21, 1) == 0, !sizes.is_empty());
        }
        "LSTM" | "GRU" | "RNN" => {
            let directions = if param(2, 0) == 2 { 2 } else { 1 };
            let (gates, biases, hidden) = match kind {
                "LSTM" => (4, 4, param(3, size)),
                "GRU" => (3, 4, size),
                _ => (1, 1, size),
            };
            load("weight_xc", param(1, 0), true, true);
            load("bias_c", product(&[hidden, biases, directions]), true, true);
            load("weight_hc", product(&[size, hidden, gates, directions]), true, true);
            load("weight_hr", product(&[hidden, size, directions]), true, hidden != size);
        }
        "MultiHeadAttention" => {
            let query = param(2, 0).checked_div(size).unwrap_or(0);
            for (weight, bias, width) in [
                ("q_weight", "q_bias", query),
                ("k_weight", "k_bias", param(3, size)),
                ("v_weight", "v_bias", param(4, size)),
            ] {
                load(weight, product(&[size, width]), true, true);
                load(bias, size, false, true);
            }
            load("out_weight", product(&[query, size]), true, true);
            load("out_bias", query, false, true);
        }
        "Gemm" => {
            let (m, n, k) = (param(7, 0), param(8, 0), param(9, 0));
            load("A", product(&[m, k]), true, is(4));
            load("B", product(&[n, k]), true, is(5));
            let c = match param(10, 0) {
                0 => 1,
                1 | 2 => m,
                3 => product(&[m, n]),
                4 => n,
                _ => 0,
            };
            load("C", c, true, is(6));
        }
        _ => {}
    }
    all
}
