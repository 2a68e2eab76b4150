// A language model with a single decoder block, as in Llama: two sequences of 16
// tokens in, the scores of all next tokens out. Four query heads share two key
// heads. Sizes: vocabulary 256, width 64, heads of 16, feed-forward width 176.
//
//   partita-opt examples/decoder-block.mlir
//   partita-run examples/decoder-block.mlir --random-weights=1 --input ids=random:1
//
// Arguments are what a caller brings: the inputs, and the parameters under the
// names they have in a checkpoint. Sizes stand in types only, and each op says in
// its location where in the model it is.

func.func @main(
    %ids:       tensor<2x16xi32>    {xformer.input = "ids"},
    %embedding: tensor<256x64xf32>  {xformer.parameter = "embed_tokens.weight"},
    %norm1:     tensor<64xf32>      {xformer.parameter = "layers.0.input_layernorm.weight"},
    %wq:        tensor<64x64xf32>   {xformer.parameter = "layers.0.self_attn.q_proj.weight"},
    %wk:        tensor<32x64xf32>   {xformer.parameter = "layers.0.self_attn.k_proj.weight"},
    %wv:        tensor<32x64xf32>   {xformer.parameter = "layers.0.self_attn.v_proj.weight"},
    %wo:        tensor<64x64xf32>   {xformer.parameter = "layers.0.self_attn.o_proj.weight"},
    %norm2:     tensor<64xf32>      {xformer.parameter = "layers.0.post_attention_layernorm.weight"},
    %wgate:     tensor<176x64xf32>  {xformer.parameter = "layers.0.mlp.gate_proj.weight"},
    %wup:       tensor<176x64xf32>  {xformer.parameter = "layers.0.mlp.up_proj.weight"},
    %wdown:     tensor<64x176xf32>  {xformer.parameter = "layers.0.mlp.down_proj.weight"},
    %norm3:     tensor<64xf32>      {xformer.parameter = "norm.weight"})
    -> (tensor<2x16x256xf32> {xformer.output = "logits"}) {

  // Ids become vectors.
  %x = xformer.embedding %embedding, %ids
    : (tensor<256x64xf32>, tensor<2x16xi32>) -> tensor<2x16x64xf32> loc("embed_tokens")

  // Attention: what a position takes from those before it. Queries and keys are
  // rotated by their position, so that a score depends on the distance.
  %h = xformer.rms_norm %x, %norm1 epsilon 1.0e-5
    : (tensor<2x16x64xf32>, tensor<64xf32>) -> tensor<2x16x64xf32> loc("layers.0.input_layernorm")

  %q = xformer.linear %h, %wq transpose_weight
    : (tensor<2x16x64xf32>, tensor<64x64xf32>) -> tensor<2x16x64xf32> loc("layers.0.self_attn.q_proj")
  %k = xformer.linear %h, %wk transpose_weight
    : (tensor<2x16x64xf32>, tensor<32x64xf32>) -> tensor<2x16x32xf32> loc("layers.0.self_attn.k_proj")
  %v = xformer.linear %h, %wv transpose_weight
    : (tensor<2x16x64xf32>, tensor<32x64xf32>) -> tensor<2x16x32xf32> loc("layers.0.self_attn.v_proj")

  %q_heads = xformer.split_dim %q dim 2 : tensor<2x16x64xf32> -> tensor<2x16x4x16xf32> loc("layers.0.self_attn")
  %k_heads = xformer.split_dim %k dim 2 : tensor<2x16x32xf32> -> tensor<2x16x2x16xf32> loc("layers.0.self_attn")
  %v_heads = xformer.split_dim %v dim 2 : tensor<2x16x32xf32> -> tensor<2x16x2x16xf32> loc("layers.0.self_attn")

  %q_rotated = xformer.rotary %q_heads theta 1.0e4
    : (tensor<2x16x4x16xf32>) -> tensor<2x16x4x16xf32> loc("layers.0.self_attn.rotary_emb")
  %k_rotated = xformer.rotary %k_heads theta 1.0e4
    : (tensor<2x16x2x16xf32>) -> tensor<2x16x2x16xf32> loc("layers.0.self_attn.rotary_emb")

  %a_heads = xformer.attention %q_rotated, %k_rotated, %v_heads causal scale 0.25
    : (tensor<2x16x4x16xf32>, tensor<2x16x2x16xf32>, tensor<2x16x2x16xf32>)
    -> tensor<2x16x4x16xf32> loc("layers.0.self_attn")

  %a = xformer.merge_dims %a_heads dim 2 : (tensor<2x16x4x16xf32>) -> tensor<2x16x64xf32> loc("layers.0.self_attn")
  %o = xformer.linear %a, %wo transpose_weight
    : (tensor<2x16x64xf32>, tensor<64x64xf32>) -> tensor<2x16x64xf32> loc("layers.0.self_attn.o_proj")
  %y = arith.addf %x, %o : tensor<2x16x64xf32> loc("layers.0")

  // Feed-forward: what a position makes of what it has.
  %g = xformer.rms_norm %y, %norm2 epsilon 1.0e-5
    : (tensor<2x16x64xf32>, tensor<64xf32>) -> tensor<2x16x64xf32> loc("layers.0.post_attention_layernorm")

  %gate = xformer.linear %g, %wgate transpose_weight
    : (tensor<2x16x64xf32>, tensor<176x64xf32>) -> tensor<2x16x176xf32> loc("layers.0.mlp.gate_proj")
  %up = xformer.linear %g, %wup transpose_weight
    : (tensor<2x16x64xf32>, tensor<176x64xf32>) -> tensor<2x16x176xf32> loc("layers.0.mlp.up_proj")
  %inner = xformer.gated silu %gate, %up : tensor<2x16x176xf32> loc("layers.0.mlp.act_fn")
  %down = xformer.linear %inner, %wdown transpose_weight
    : (tensor<2x16x176xf32>, tensor<64x176xf32>) -> tensor<2x16x64xf32> loc("layers.0.mlp.down_proj")
  %z = arith.addf %y, %down : tensor<2x16x64xf32> loc("layers.0")

  // Scores, by the same table that made vectors of the ids: a tied weight is one
  // argument with two uses.
  %f = xformer.rms_norm %z, %norm3 epsilon 1.0e-5
    : (tensor<2x16x64xf32>, tensor<64xf32>) -> tensor<2x16x64xf32> loc("norm")
  %logits = xformer.linear %f, %embedding transpose_weight
    : (tensor<2x16x64xf32>, tensor<256x64xf32>) -> tensor<2x16x256xf32> loc("lm_head")
  return %logits : tensor<2x16x256xf32>
}
