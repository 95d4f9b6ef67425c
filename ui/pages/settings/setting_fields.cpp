#include "ui/pages/settings/setting_fields.h"

#include <QCoreApplication>

using namespace Qt::StringLiterals;

namespace ui::pages {

namespace {

/// The table's texts have one context for translators.
struct Fields
{
    Q_DECLARE_TR_FUNCTIONS(SettingFields)

public:
    static QList<SettingsSection> all();
};

// A table, one line a setting.
// clang-format off
QList<SettingsSection> Fields::all()
{
    using enum FieldKind;
    return {
        {u"accounts"_s, tr("Accounts"), tr("Where calls come from, and who listens, thinks and speaks for the agent."),
         {{u"TWILIO_ACCOUNT_SID"_s, Text, tr("Twilio account SID"), tr("Places the calls. First page of the Twilio console; without it calls go to the practice line.")},
          {u"TWILIO_AUTH_TOKEN"_s, Key, tr("Twilio auth token"), tr("Beside the account SID. It also proves that requests come from Twilio.")},
          {u"TWILIO_FROM_NUMBER"_s, Text, tr("Caller id"), tr("A number of the account, such as +14155550199. Used when a call names no other.")},
          {u"DEEPGRAM_API_KEY"_s, Key, tr("Deepgram key"), tr("Writes down what the callee says. console.deepgram.com")},
          {u"CARTESIA_API_KEY"_s, Key, tr("Cartesia key"), tr("Speaks the agent’s words. play.cartesia.ai")},
          {u"GOOGLE_API_KEY"_s, Key, tr("Google key"), tr("Gemini decides what the agent says. aistudio.google.com")},
          {u"TWILIO_API_KEY_SID"_s, Text, tr("Twilio API key SID"), tr("Optional: sign in with an API key instead of the token. Needs its secret too.")},
          {u"TWILIO_API_KEY_SECRET"_s, Key, tr("Twilio API key secret"), tr("Shown once, when the key is made.")}}},

        {u"agent"_s, tr("Agent"), tr("What the agent is told, and how it opens a call."),
         {{u"SYSTEM_PROMPT"_s, Prompt, tr("Prompt"), tr("Who the agent is and what it wants. {{name}} is replaced by the call’s data of that name.")},
          {u"SYSTEM_PROMPT_FILE"_s, Text, tr("Keep the prompt in a file"), tr("A path. The prompt is then read from there and saved there; empty: it stands with the other settings.")},
          {u"GREETING"_s, Text, tr("Greeting"), tr("The first sentence, ready before the callee answers. {{name}} works here too; empty: the model finds its own words.")},
          {u"GREETING_MODE"_s, Choice, tr("Who speaks first"), tr("Waiting for a hello is what people expect; after two seconds of silence the agent speaks anyway."),
           {{u"callee_first"_s, tr("The callee: wait for a hello")}, {u"agent_first"_s, tr("The agent, at once")}}},
          {u"AGENT_TOOLS"_s, Tools, tr("Besides ending the call the agent may"), tr("Offered to the model as functions."),
           {{u"transfer_call"_s, tr("transfer it to another number")}, {u"send_digits"_s, tr("send digits, as for a phone menu")}}}}},

        {u"voice"_s, tr("Voice"), tr("How the agent sounds, and how it hears."),
         {{u"CARTESIA_VOICE_ID"_s, Voice, tr("Voice"), tr("A sample sounds as the callee would hear it: through the telephone.")},
          {u"CARTESIA_MODEL"_s, Text, tr("Speech model"), tr("Of Cartesia.")},
          {u"LANGUAGE"_s, Text, tr("Language"), tr("Of the conversation, as a code: en, en-GB, de, es …")},
          {u"DEEPGRAM_MODEL"_s, Text, tr("Transcriber model"), tr("Of Deepgram. A name that begins with flux decides by itself when the callee’s turn is over.")}}},

        {u"model"_s, tr("Model"), tr("What decides the agent’s words."),
         {{u"LLM_PROVIDER"_s, Choice, tr("Provider"), tr("Any server that speaks OpenAI’s chat protocol will do: llama.cpp, Ollama, vLLM, OpenAI itself."),
           {{u"gemini"_s, tr("Gemini")}, {u"openai"_s, tr("OpenAI or compatible")}}},
          {u"GOOGLE_MODEL"_s, Text, tr("Gemini model"), tr("Used with the Google key of Accounts."), {}, {u"LLM_PROVIDER"_s, u"gemini"_s}},
          {u"OPENAI_BASE_URL"_s, Text, tr("OpenAI-compatible server"), tr("Ends before /chat/completions, for example http://127.0.0.1:11434/v1"), {}, {u"LLM_PROVIDER"_s, u"openai"_s}},
          {u"OPENAI_MODEL"_s, Text, tr("OpenAI-compatible model"), tr("As that server calls it."), {}, {u"LLM_PROVIDER"_s, u"openai"_s}},
          {u"OPENAI_API_KEY"_s, Key, tr("OpenAI-compatible key"), tr("Servers of your own mostly need none."), {}, {u"LLM_PROVIDER"_s, u"openai"_s}}}},

        {u"server"_s, tr("Server"), tr("Where Twilio and your programs reach Dialdesk, and who answers."),
         {{u"LOCAL_SERVER_URL"_s, Text, tr("Public address"), tr("The https address that leads here. Empty: the ngrok agent of this computer is asked for its tunnel.")},
          {u"PORT"_s, Text, tr("Port"), tr("Where Dialdesk listens. 0 takes a free one.")},
          {u"BIND_ADDRESS"_s, Text, tr("Listen on"), tr("127.0.0.1 is enough with a tunnel, which connects from this computer.")},
          {u"DIALDESK_API_KEY"_s, Secret, tr("API key"), tr("Programs that dial send it. Not set: only this computer may.")},
          {u"ENV"_s, Choice, tr("Start in"), tr("Who holds the conversation when Dialdesk starts; the switch in the window changes it for the next calls."),
           {{u"local"_s, tr("LOCAL: this computer")}, {u"production"_s, tr("PRODUCTION: Pipecat Cloud")}}},
          {u"AGENT_NAME"_s, Text, tr("Pipecat Cloud agent"), tr("Needed for PRODUCTION, like the organization.")},
          {u"ORGANIZATION_NAME"_s, Text, tr("Pipecat Cloud organization"), tr("That owns the agent.")},
          {u"PIPECAT_CLOUD_REGION"_s, Choice, tr("Pipecat Cloud region"), tr("Where the agent is deployed."),
           {{u"us-west"_s, tr("US west")}, {u"us-east"_s, tr("US east")}, {u"eu-central"_s, tr("EU central")}, {u"ap-south"_s, tr("Asia-Pacific south")}}},
          {u"TLS_CERT_FILE"_s, Text, tr("TLS certificate"), tr("A PEM file with the whole chain, for https without a tunnel. Needs its key too.")},
          {u"TLS_KEY_FILE"_s, Text, tr("TLS key"), tr("The certificate’s private key, a PEM file.")}}},

        {u"history"_s, tr("History"), tr("What is kept of a call, where and for how long."),
         {{u"DIALDESK_RECORDING"_s, Choice, tr("Record calls"), tr("As a sound file with the callee left and the agent right. The law may ask for the callee’s consent."),
           {{u"on"_s, tr("Yes")}, {u"off"_s, tr("No")}}},
          {u"DIALDESK_RETENTION_DAYS"_s, Text, tr("Keep calls for days"), tr("Older calls are deleted with everything of them. 0 keeps them for ever.")},
          {u"DIALDESK_DATA_DIR"_s, Text, tr("History and recordings"), tr("A folder. Empty: the one the system keeps for Dialdesk.")}}},

        {u"limits"_s, tr("Limits"), tr("How much may happen at once, and other addresses of the vendors."),
         {{u"DIALDESK_MAX_CALLS"_s, Text, tr("Calls at once"), tr("More are refused until one is over.")},
          {u"DIALDESK_CALLS_PER_SECOND"_s, Text, tr("Calls started per second"), tr("Twilio starts one a second for most accounts.")},
          {u"ALLOWED_COUNTRIES"_s, Text, tr("Countries that may be called"), tr("Calling codes or countries, such as +1,+44 or US,GB. Empty: only the country of the caller id.")},
          {u"TWILIO_API_BASE_URL"_s, Text, tr("Twilio’s address"), tr("Another one is a region of the vendor or a simulator; so for the next three.")},
          {u"DEEPGRAM_BASE_URL"_s, Text, tr("Deepgram’s address"), tr("https://host or http://host:port")},
          {u"GOOGLE_API_BASE_URL"_s, Text, tr("Google’s address"), tr("https://host or http://host:port")},
          {u"CARTESIA_BASE_URL"_s, Text, tr("Cartesia’s address"), tr("https://host or http://host:port")}}},
    };
}
// clang-format on

} // namespace

QList<SettingsSection> settingsSections()
{
    return Fields::all();
}

} // namespace ui::pages
