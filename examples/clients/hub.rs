// hf-hub (Rust) 0.3 to 0.5 through the vault: HF_ENDPOINT=http://vault:8080/huggingface cargo run
//
// Version 1 reads no HF_ENDPOINT; there a program says it itself:
//     let client = HFClient::builder().endpoint("http://vault:8080/huggingface").build()?;
//
// Written from the crate's source; not compiled by examples/check, for want of crates. What the crate sends is sent to a vault by
// clients/run.
use hf_hub::api::sync::ApiBuilder;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // from_env() reads HF_ENDPOINT; ApiBuilder::new() does not.
    let api = ApiBuilder::from_env().build()?;
    let file = api.model("acme/tiny".to_string()).get("config.json")?;
    println!("{}", file.display());
    Ok(())
}
