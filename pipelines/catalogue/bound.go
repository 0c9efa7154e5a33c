package catalogue

// Bound is the pipeline that computes and checks what the theory says of the losses, without data or training:
// the logits z of K classes are drawn by the seed, the labels are distributed as p = softmax(t·z), and the model
// says q = softmax(s·z). All losses are computed for the same p and q.
func Bound() Pipeline {
	return Pipeline{
		Name: "bound",
		Doc:  "computes and checks what the theory says of the losses, without training",
		Sections: []Section{
			{Path: "data", Doc: "the labels, distributed as p = softmax(t·z), z_k ~ N(0, 1)", Parameters: []Parameter{
				{Name: "classes", Symbol: "K", Kind: Int, Default: int64(10), Min: 2, Max: 1e6, Doc: "K, how many classes there are"},
				sharpness("t", "t, which the logits z are multiplied by for p; 0 is the uniform distribution"),
			}},
			{Path: "model", Doc: "what the model says, q = softmax(s·z)", Parameters: []Parameter{
				sharpness("s", "s, which the logits z are multiplied by for q; above t the model is over-confident"),
			}},
			{Path: "loss", Doc: "the coefficients of the losses", Parameters: []Parameter{
				weight("gamma", "γ", 3, "γ of focal loss and of its bounds; 0 is cross-entropy"),
				fraction("epsilon", "ε", 0.1, "ε of label smoothing; 0 is cross-entropy"),
			}},
		},
		Label: []string{"data", "model", "loss"},
	}
}

// mostSharpness leaves of a distribution over normal logits a single class, and no doubt.
const mostSharpness = 1000

func sharpness(symbol, doc string) Parameter {
	return Parameter{Name: "sharpness", Symbol: symbol, Kind: Float, Default: 1.0, Max: mostSharpness, Doc: doc}
}
