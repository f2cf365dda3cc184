package entail.definitions.mof

# METADATA
# description: >-
#   The components of the framework by name: the tool's own number, the type of
#   content, the class that it belongs to, whether that class requires it, and
#   the part of a release that it is in the words of other evidence.
components := {
	"Model architecture": {
		"number": 9,
		"type": "code",
		"class": "III",
		"required": true,
		"component": "code.architecture",
	},
	"Model parameters (Final)": {
		"number": 10,
		"type": "data",
		"class": "III",
		"required": true,
		"component": "parameters.final",
	},
	"Technical report": {
		"number": 11,
		"type": "document",
		"class": "III",
		"required": true,
		"component": "documents.technical_report",
	},
	"Evaluation results": {
		"number": 12,
		"type": "document",
		"class": "III",
		"required": true,
		"component": "documents.evaluation_results",
	},
	"Model card": {
		"number": 13,
		"type": "document",
		"class": "III",
		"required": true,
		"component": "documents.model_card",
	},
	"Data card": {
		"number": 14,
		"type": "document",
		"class": "III",
		"required": true,
		"component": "documents.data_card",
	},
	"Sample model outputs": {
		"number": 20,
		"type": "document",
		"class": "III",
		"required": false,
		"component": "documents.sample_outputs",
	},
	"Training code": {
		"number": 7,
		"type": "code",
		"class": "II",
		"required": true,
		"component": "code.training",
	},
	"Inference code": {
		"number": 8,
		"type": "code",
		"class": "II",
		"required": true,
		"component": "code.inference",
	},
	"Evaluation code": {
		"number": 18,
		"type": "code",
		"class": "II",
		"required": true,
		"component": "code.validation_testing",
	},
	"Evaluation data": {
		"number": 19,
		"type": "data",
		"class": "II",
		"required": true,
		"component": "evaluation_data",
	},
	"Supporting libraries and tools": {
		"number": 22,
		"type": "code",
		"class": "II",
		"required": false,
		"component": "code.supporting_libraries",
	},
	"Datasets": {
		"number": 15,
		"type": "data",
		"class": "I",
		"required": true,
		"component": "training_data",
	},
	"Data preprocessing code": {
		"number": 16,
		"type": "code",
		"class": "I",
		"required": true,
		"component": "code.data_processing",
	},
	"Research paper": {
		"number": 21,
		"type": "document",
		"class": "I",
		"required": true,
		"component": "documents.research_paper",
	},
	"Model parameters (Intermediate)": {
		"number": 24,
		"type": "data",
		"class": "I",
		"required": true,
		"component": "parameters.intermediate_checkpoints",
	},
	"Model metadata": {
		"number": 17,
		"type": "data",
		"class": "I",
		"required": false,
		"component": "documents.model_metadata",
	},
}

# METADATA
# description: The components in the order of the framework.
order := [
	"Model architecture",
	"Model parameters (Final)",
	"Technical report",
	"Evaluation results",
	"Model card",
	"Data card",
	"Sample model outputs",
	"Training code",
	"Inference code",
	"Evaluation code",
	"Evaluation data",
	"Supporting libraries and tools",
	"Datasets",
	"Data preprocessing code",
	"Research paper",
	"Model parameters (Intermediate)",
	"Model metadata",
]

# METADATA
# description: What each class requires, with the classes that it takes in.
required := {
	"III": {
		"Model architecture",
		"Model parameters (Final)",
		"Technical report",
		"Evaluation results",
		"Model card",
		"Data card",
	},
	"II": {
		"Model architecture",
		"Model parameters (Final)",
		"Technical report",
		"Evaluation results",
		"Model card",
		"Data card",
		"Training code",
		"Inference code",
		"Evaluation code",
		"Evaluation data",
	},
	"I": {
		"Model architecture",
		"Model parameters (Final)",
		"Technical report",
		"Evaluation results",
		"Model card",
		"Data card",
		"Training code",
		"Inference code",
		"Evaluation code",
		"Evaluation data",
		"Datasets",
		"Data preprocessing code",
		"Research paper",
		"Model parameters (Intermediate)",
	},
}
