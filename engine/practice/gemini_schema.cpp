#include "engine/practice/gemini_schema.h"

namespace engine::practice {

using namespace Qt::StringLiterals;

namespace {

using Kind = ProtoSchema::Kind;
using Field = ProtoSchema::Field;

constexpr Field kText{Kind::String};
constexpr Field kTexts{Kind::String, true};
constexpr Field kNumber{Kind::Number};
constexpr Field kFlag{Kind::Bool};
constexpr Field kAny{Kind::Any};
constexpr Field kAnys{Kind::Any, true};
constexpr Field kObject{Kind::Object};

Field one(const ProtoSchema &message)
{
    return {Kind::Message, false, &message};
}

Field many(const ProtoSchema &message)
{
    return {Kind::Message, true, &message};
}

const ProtoSchema &blob()
{
    static const ProtoSchema schema{{{u"mimeType"_s, kText}, {u"data"_s, {Kind::Bytes}}, {u"displayName"_s, kText}}};
    return schema;
}

const ProtoSchema &functionCall()
{
    static const ProtoSchema schema{{{u"id"_s, kText}, {u"name"_s, kText}, {u"args"_s, kObject}}};
    return schema;
}

const ProtoSchema &functionResponse()
{
    static const ProtoSchema schema{{{u"id"_s, kText},
                                     {u"name"_s, kText},
                                     {u"response"_s, kObject},
                                     {u"parts"_s, kAnys},
                                     {u"willContinue"_s, kFlag},
                                     {u"scheduling"_s, kText}}};
    return schema;
}

const ProtoSchema &part()
{
    static const ProtoSchema schema{{{u"text"_s, kText},
                                     {u"inlineData"_s, one(blob())},
                                     {u"fileData"_s, kObject},
                                     {u"functionCall"_s, one(functionCall())},
                                     {u"functionResponse"_s, one(functionResponse())},
                                     {u"executableCode"_s, kObject},
                                     {u"codeExecutionResult"_s, kObject},
                                     {u"videoMetadata"_s, kObject},
                                     {u"mediaResolution"_s, kObject},
                                     {u"thought"_s, kFlag},
                                     {u"thoughtSignature"_s, {Kind::Bytes}}}};
    return schema;
}

const ProtoSchema &content()
{
    static const ProtoSchema schema{{{u"role"_s, kText}, {u"parts"_s, many(part())}}};
    return schema;
}

/// The subset of OpenAPI in which function parameters are described. Holds itself.
const ProtoSchema &parameters()
{
    static const ProtoSchema *schema = [] {
        static ProtoSchema self;
        self.fields = {{u"type"_s, kText},
                       {u"format"_s, kText},
                       {u"title"_s, kText},
                       {u"description"_s, kText},
                       {u"nullable"_s, kFlag},
                       {u"enum"_s, kTexts},
                       {u"items"_s, one(self)},
                       {u"maxItems"_s, kNumber},
                       {u"minItems"_s, kNumber},
                       {u"properties"_s, {Kind::Map, false, &self}},
                       {u"required"_s, kTexts},
                       {u"propertyOrdering"_s, kTexts},
                       {u"anyOf"_s, many(self)},
                       {u"minimum"_s, kNumber},
                       {u"maximum"_s, kNumber},
                       {u"minLength"_s, kNumber},
                       {u"maxLength"_s, kNumber},
                       {u"minProperties"_s, kNumber},
                       {u"maxProperties"_s, kNumber},
                       {u"pattern"_s, kText},
                       {u"default"_s, kAny},
                       {u"example"_s, kAny}};
        return &self;
    }();
    return *schema;
}

const ProtoSchema &tool()
{
    static const ProtoSchema declaration{{{u"name"_s, kText},
                                          {u"description"_s, kText},
                                          {u"parameters"_s, one(parameters())},
                                          {u"parametersJsonSchema"_s, kAny},
                                          {u"response"_s, one(parameters())},
                                          {u"responseJsonSchema"_s, kAny},
                                          {u"behavior"_s, kText}}};
    static const ProtoSchema schema{{{u"functionDeclarations"_s, many(declaration)},
                                     {u"googleSearch"_s, kObject},
                                     {u"googleSearchRetrieval"_s, kObject},
                                     {u"codeExecution"_s, kObject},
                                     {u"urlContext"_s, kObject},
                                     {u"googleMaps"_s, kObject},
                                     {u"fileSearch"_s, kObject},
                                     {u"computerUse"_s, kObject}}};
    return schema;
}

const ProtoSchema &toolConfig()
{
    static const ProtoSchema calling{
        {{u"mode"_s, kText}, {u"allowedFunctionNames"_s, kTexts}, {u"streamFunctionCallArguments"_s, kFlag}}};
    static const ProtoSchema schema{{{u"functionCallingConfig"_s, one(calling)}, {u"retrievalConfig"_s, kObject}}};
    return schema;
}

const ProtoSchema &generationConfig()
{
    static const ProtoSchema thinking{
        {{u"thinkingBudget"_s, kNumber}, {u"thinkingLevel"_s, kText}, {u"includeThoughts"_s, kFlag}}};
    static const ProtoSchema schema{{{u"temperature"_s, kNumber},
                                     {u"topP"_s, kNumber},
                                     {u"topK"_s, kNumber},
                                     {u"candidateCount"_s, kNumber},
                                     {u"maxOutputTokens"_s, kNumber},
                                     {u"stopSequences"_s, kTexts},
                                     {u"seed"_s, kNumber},
                                     {u"presencePenalty"_s, kNumber},
                                     {u"frequencyPenalty"_s, kNumber},
                                     {u"responseMimeType"_s, kText},
                                     {u"responseSchema"_s, one(parameters())},
                                     {u"responseJsonSchema"_s, kAny},
                                     {u"responseLogprobs"_s, kFlag},
                                     {u"logprobs"_s, kNumber},
                                     {u"enableEnhancedCivicAnswers"_s, kFlag},
                                     {u"thinkingConfig"_s, one(thinking)},
                                     {u"responseModalities"_s, kTexts},
                                     {u"speechConfig"_s, kObject},
                                     {u"imageConfig"_s, kObject},
                                     {u"mediaResolution"_s, kText}}};
    return schema;
}

} // namespace

const ProtoSchema &generateContentSchema()
{
    static const ProtoSchema safety{{{u"category"_s, kText}, {u"threshold"_s, kText}}};
    static const ProtoSchema schema{{{u"contents"_s, many(content())},
                                     {u"systemInstruction"_s, one(content())},
                                     {u"tools"_s, many(tool())},
                                     {u"toolConfig"_s, one(toolConfig())},
                                     {u"safetySettings"_s, many(safety)},
                                     {u"generationConfig"_s, one(generationConfig())},
                                     {u"cachedContent"_s, kText},
                                     {u"serviceTier"_s, kText},
                                     {u"labels"_s, {Kind::Map}},
                                     {u"store"_s, kFlag}}};
    return schema;
}

const ProtoSchema &countTokensSchema()
{
    static const ProtoSchema nested = [] {
        ProtoSchema with = generateContentSchema();
        with.fields.emplace(u"model"_s, kText); // part of the nested form, where no path names the model
        return with;
    }();
    static const ProtoSchema schema{{{u"contents"_s, many(content())}, {u"generateContentRequest"_s, one(nested)}}};
    return schema;
}

} // namespace engine::practice
