package entail.definitions.mof

# METADATA
# description: >-
#   The components of the framework by the tool's own numbers, each with its
#   type, the class that it belongs to, whether that class requires it, and the
#   part of a release that it is in the words of other evidence.
components := [
	_component(9, "Model architecture", "code", "III", "code.architecture"),
	_component(10, "Model parameters (Final)", "data", "III", "parameters.final"),
	_component(11, "Technical report", "document", "III", "documents.technical_report"),
	_component(12, "Evaluation results", "document", "III", "documents.evaluation_results"),
	_component(13, "Model card", "document", "III", "documents.model_card"),
	_component(14, "Data card", "document", "III", "documents.data_card"),
	_extra_component(20, "Sample model outputs", "document", "III", "documents.sample_outputs"),
	_component(7, "Training code", "code", "II", "code.training"),
	_component(8, "Inference code", "code", "II", "code.inference"),
	_component(18, "Evaluation code", "code", "II", "code.validation_testing"),
	_component(19, "Evaluation data", "data", "II", "evaluation_data"),
	_extra_component(22, "Supporting libraries and tools", "code", "II", "code.supporting_libraries"),
	_component(15, "Datasets", "data", "I", "training_data"),
	_component(16, "Data preprocessing code", "code", "I", "code.data_processing"),
	_component(21, "Research paper", "document", "I", "documents.research_paper"),
	_component(24, "Model parameters (Intermediate)", "data", "I", "parameters.intermediate_checkpoints"),
	_extra_component(17, "Model metadata", "data", "I", "documents.model_metadata"),
]

_component(number, name, type, class, component) := {
	"number": number,
	"name": name,
	"type": type,
	"class": class,
	"required": true,
	"component": component,
}

_extra_component(number, name, type, class, component) := object.union(
	_component(number, name, type, class, component),
	{"required": false},
)

# METADATA
# description: The classes, each with those that it takes in.
classes := {"III": ["III"], "II": ["III", "II"], "I": ["III", "II", "I"]}
