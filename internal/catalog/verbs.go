package catalog

import (
	"slices"
	"strings"
)

// hasDescentVerb is a quick look whether a text may hold a verb of descent.
func hasDescentVerb(text string) bool {
	lower := strings.ToLower(text)
	for _, stem := range []string{"tun", "based", "built", "train", "adapted", "derived", "derivative", "quant", "merge", "initiali", "distill",
		"lora", "adapter", "convert", "conversion", "version of", "prun", "from"} {
		if strings.Contains(lower, stem) {
			return true
		}
	}
	return false
}

// descentVerb tells how many of the leading tokens say "made from"; zero
// where they do not.
func descentVerb(tokens []cardWord) int {
	first := tokens[0].lower
	word := func(i int) string {
		if i < len(tokens) && !tokens[i].breakBefore {
			return tokens[i].lower
		}
		return ""
	}
	switch {
	case first == "fine" && slices.Contains([]string{"tuned", "tune", "tuning", "tunes"}, word(1)):
		return after(word, 2, tuneLinks())
	case slices.Contains(tunedWords(), first):
		return after(word, 1, tuneLinks())
	case first == "by" && slices.Contains(tunedWords(), word(1)):
		return 2
	case first == "based":
		return phrase(word, 1, "on top of", "on", "upon", "off of", "off")
	case first == "built":
		return phrase(word, 1, "on top of", "upon", "on", "from", "over")
	case first == "trained" || first == "training" || first == "pretrained" || first == "pretraining":
		return phrase(word, 1, "on top of", "from the base model", "starting from", "from")
	case first == "adapted" || first == "derived" || first == "distilled" || first == "upcycled" || first == "abliterated":
		return phrase(word, 1, "from")
	case first == "derivative" || first == "derivatives":
		return phrase(word, 1, "of")
	case first == "initialized" || first == "initialised":
		return phrase(word, 1, "from", "with the weights of", "with")
	case first == "converted":
		return after(word, 1, []string{"from"})
	case first == "merge" || first == "merges" || first == "frankenmerge" || first == "passthrough":
		return phrase(word, 1, "of")
	case first == "lora" || first == "adapter" || first == "qlora":
		return after(word, 1, []string{"for", "of", "on top of"})
	case slices.Contains(changedWords(), first):
		return after(word, 1, []string{"of", "from"})
	}
	return 0
}

// tunedWords are one-word spellings of fine-tuning.
func tunedWords() []string {
	return []string{"finetuned", "finetune", "finetunes", "finetuning", "fine-tuned", "fine-tune", "fine-tuning", "fine-tunes"}
}

// tuneLinks join a tuned model to what was tuned.
func tuneLinks() []string {
	return []string{"based on", "on top of", "from", "of", "on", "over", "starting from", "atop"}
}

// changedWords say how a version differs: "AWQ version of", "quants of".
func changedWords() []string {
	return []string{"quantized", "quantised", "quantization", "quantizations", "quantisation", "quants", "quant", "gguf", "ggml", "awq",
		"gptq", "exl2", "mlx", "bnb", "bitsandbytes", "4bit", "4-bit", "8bit", "8-bit", "fp8", "int4", "int8", "nf4", "onnx", "coreml",
		"pruned", "uncensored", "merged", "tuned", "instruct-tuned", "instruction-tuned", "sft", "dpo", "conversion", "conversions",
		"modified", "extended", "depth-upscaled", "upscaled", "compressed", "distillation"}
}

// after counts the words of a verb whose link follows within the few words
// that people put between ("fine-tuned VERSION of", "LoRA ADAPTER for").
func after(word func(int) string, at int, links []string) int {
	for i := at; i < at+5; i++ {
		if end := phrase(word, i, links...); end > 0 {
			return end
		}
		if !slices.Contains(betweenWords(), word(i)) {
			return 0
		}
	}
	return 0
}

// betweenWords stand between a verb of descent and its link.
func betweenWords() []string {
	return []string{"version", "versions", "variant", "variants", "model", "models", "checkpoint", "checkpoints", "adapter", "adapters",
		"weights", "weight", "files", "file", "quantized", "quantised", "quantization", "quantizations", "quants", "gguf", "ggml", "awq",
		"gptq", "exl2", "mlx", "format", "conversion", "conversions", "to", "merge", "derivative", "release", "a", "the", "lora", "qlora",
		"4bit", "4-bit", "8bit", "8-bit", "int4", "int8", "fp8", "onnx", "and", "uncensored", "edition", "copy", "trained", "bit", "4", "8",
		"finetune", "tuned", "fine-tuned", "for", "inference", "adaptation", "extension"}
}

// phrase finds one of the phrases at a place and tells where it ends.
func phrase(word func(int) string, at int, phrases ...string) int {
	for _, p := range phrases {
		end := at
		for part := range strings.FieldsSeq(p) {
			if word(end) != part {
				end = 0
				break
			}
			end++
		}
		if end > 0 {
			return end
		}
	}
	return 0
}
