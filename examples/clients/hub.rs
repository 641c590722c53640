// hf-hub (Rust) through the vault: HF_ENDPOINT=http://vault:8080/huggingface cargo run
use hf_hub::api::sync::ApiBuilder;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // from_env() reads HF_ENDPOINT; ApiBuilder::new() does not.
    let api = ApiBuilder::from_env().build()?;
    let file = api.model("acme/tiny".to_string()).get("config.json")?;
    println!("{}", file.display());
    Ok(())
}
