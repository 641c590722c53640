// hf-hub (Rust) 0.3 to 0.5 through the vault: HF_ENDPOINT=http://vault:8080/huggingface cargo run
//
// Version 1 does not read HF_ENDPOINT; set the endpoint in the program:
//     let client = HFClient::builder().endpoint("http://vault:8080/huggingface").build()?;
//
// Written from the crate's source; examples/check has no crates and does not compile it. clients/run sends the crate's
// requests to a vault.
use hf_hub::api::sync::ApiBuilder;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // from_env() reads HF_ENDPOINT; ApiBuilder::new() does not.
    let api = ApiBuilder::from_env().build()?;
    let file = api.model("acme/tiny".to_string()).get("config.json")?;
    println!("{}", file.display());
    Ok(())
}
